@echo off
rem Checks and grades the assessment folder that is dropped on this file, then opens its results.
rem
rem GBK (code page 936) with CRLF, since that is what cmd reads on a Chinese Windows: there it looks for
rem the ends of lines by the rules of GBK even after chcp 65001, and the last byte of a line of UTF-8
rem would swallow its end. chcp 936 is for a Windows that is set to another code page. What kaohe prints
rem is not touched by it.
chcp 936 >nul
setlocal EnableExtensions DisableDelayedExpansion
set "here=%~dp0"
setlocal EnableDelayedExpansion

rem The path is taken from the command line as a whole, and used by delayed expansion only, which cmd
rem does not read again. The first argument would not do: Explorer quotes a path only where it has a
rem space, and cmd cuts an argument at each ampersand, caret, comma, semicolon and equals sign, so that
rem 2024,old would have been graded as 2024. Several folders at once, or none, are no folder that
rem exists: then one is asked for.
set "folder=!cmdcmdline:~0,-1!"
set "folder=!folder:*%~nx0" =!"
if defined folder set "folder=!folder:"=!"
set "code=2"
if not exist "!here!kaohe.exe" (
  echo 找不到 kaohe.exe：本文件要和 kaohe.exe 放在同一个文件夹里。
  echo 压缩包请先全部解压再用；要放在桌面上的，请右键本文件，选“发送到—桌面快捷方式”。
  goto end
)
if not exist "!folder!\assessment.yaml" (
  set "folder="
  echo 请把一个考核文件夹（里面有 assessment.yaml）拖到这个窗口里，再按回车键。
  set /p "folder=考核文件夹："
  if defined folder set "folder=!folder:"=!"
)
if not defined folder (
  echo 没有写考核文件夹。
  goto end
)
rem D:\2024\ between quotes would end in an escaped quote.
if "!folder:~-1!"=="\" set "folder=!folder:~0,-1!"

echo 正在检查：!folder!
"!here!kaohe.exe" check "!folder!"
set "code=!errorlevel!"
if not "!code!"=="0" goto stopped
echo.
echo 正在出结果……
"!here!kaohe.exe" grade "!folder!"
set "code=!errorlevel!"
if not "!code!"=="0" goto stopped
echo.
echo 结果在：!folder!\结果
start "" "!folder!\结果"
goto end

:stopped
echo.
echo 没有出结果。请照上面的提示改好、保存，再拖一次。

:end
echo.
pause
rem Not exit /b: cmd would run what stands behind an ampersand in the path as a command of its own.
exit !code!
