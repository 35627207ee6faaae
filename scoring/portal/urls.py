"""The portal's addresses. Each name has a row in ``access``."""

from __future__ import annotations

from django.urls import path, register_converter

from scoring.portal.accounts import views as accounts
from scoring.portal.assessments import views as assessments
from scoring.portal.evidence import views as evidence
from scoring.portal.log import views as log
from scoring.portal.navigation import home
from scoring.portal.results import views as results
from scoring.portal.self_assessment import views as forms
from scoring.portal.third_party import views as third_party


class NameConverter:
    """A name of the office's in an address: anything but a slash, for which ∕ stands."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return value.replace("∕", "/")

    def to_url(self, value: str) -> str:
        return value.replace("/", "∕")


register_converter(NameConverter, "name")

_FORM = "<int:year>/单位/<name:unit>/考核表/<name:component>/<name:period>"

urlpatterns = [
    path("", home, name="home"),
    path("登录", accounts.log_in, name="login"),
    path("退出", accounts.log_out, name="logout"),
    path("密码", accounts.change_password, name="password"),
    path("账号", accounts.accounts, name="accounts"),
    path("账号/新建", accounts.new_account, name="account-new"),
    path("账号/<int:account>/密码", accounts.reset_password, name="account-reset"),
    path("账号/<int:account>/启用", accounts.switch_account, name="account-switch"),
    path("日志", log.lines, name="log"),
    path("日志/导出", log.export, name="log-export"),
    path("<int:year>/", assessments.office, name="office"),
    path("<int:year>/导出", assessments.export, name="export"),
    path("<int:year>/结果/", results.results, name="results"),
    path("<int:year>/结果/暂定", results.provisional, name="provisional"),
    path("<int:year>/结果/提请", results.propose_view, name="propose"),
    path("<int:year>/结果/撤回", results.withdraw_view, name="withdraw"),
    path("<int:year>/结果/审定", results.approve_view, name="approve"),
    path("<int:year>/结果/公布", results.publish_view, name="publish"),
    path("<int:year>/结果/<name:folder>/<name:name>", results.paper, name="paper"),
    path("<int:year>/单位/<name:unit>/结果/<name:name>", results.unit_paper, name="unit-paper"),
    path("导入", assessments.import_folder, name="import"),
    path("<int:year>/评估/<name:assessor>/", third_party.scores, name="scores"),
    path("<int:year>/评估/<name:assessor>/保存", third_party.save, name="scores-save"),
    path("<int:year>/单位/<name:unit>/", forms.unit, name="unit"),
    path(f"{_FORM}/", forms.form, name="form"),
    path(f"{_FORM}/填写", forms.answer, name="answer"),
    path(f"{_FORM}/空白表", forms.blank, name="form-blank"),
    path(f"{_FORM}/工作簿", forms.workbook, name="form-workbook"),
    path(f"{_FORM}/报送", forms.submit, name="submit"),
    path(f"{_FORM}/退回", forms.hand_back_view, name="return"),
    path(f"{_FORM}/材料/<name:indicator>", evidence.upload, name="upload"),
    path("材料/<uuid:key>", evidence.download, name="attachment"),
    path("材料/<uuid:key>/删除", evidence.remove, name="attachment-remove"),
]

handler400 = "scoring.portal.errors.bad_request"
handler403 = "scoring.portal.errors.denied"
handler404 = "scoring.portal.errors.not_found"
handler500 = "scoring.portal.errors.server_error"
