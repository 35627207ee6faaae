"""The portal's addresses. Each name has a row in ``access``."""

from __future__ import annotations

from django.urls import path, register_converter

from scoring.portal.accounts import views as accounts
from scoring.portal.appeals import views as appeals
from scoring.portal.assessments import rules_views as rules
from scoring.portal.assessments import views as assessments
from scoring.portal.evidence import views as evidence
from scoring.portal.inbox import views as inbox
from scoring.portal.ledger import views as ledger
from scoring.portal.log import views as log
from scoring.portal.monitoring import boards, years
from scoring.portal.monitoring import views as monitoring
from scoring.portal.navigation import home
from scoring.portal.notices import views as notices
from scoring.portal.results import correction_views as corrections
from scoring.portal.results import views as results
from scoring.portal.self_assessment import views as forms
from scoring.portal.third_party import upload as score_upload
from scoring.portal.third_party import views as third_party
from scoring.portal.verification import views as verification


class NameConverter:
    """A name of the office's in an address: anything but a slash, for which ∕ stands."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return value.replace("∕", "/")

    def to_url(self, value: str) -> str:
        return value.replace("/", "∕")


register_converter(NameConverter, "name")

_FORM = "<int:year>/单位/<name:unit>/考核表/<name:component>/<name:period>"
_ROW = "<int:year>/台账/<name:provider>/问题/<name:number>"
_UNIT_ROW = "<int:year>/单位/<name:unit>/台账/<name:number>"

urlpatterns = [
    path("", home, name="home"),
    path("登录", accounts.log_in, name="login"),
    path("退出", accounts.log_out, name="logout"),
    path("密码", accounts.change_password, name="password"),
    path("提醒", notices.contact, name="contact"),
    path("账号", accounts.accounts, name="accounts"),
    path("账号/新建", accounts.new_account, name="account-new"),
    path("账号/<int:account>/密码", accounts.reset_password, name="account-reset"),
    path("账号/<int:account>/启用", accounts.switch_account, name="account-switch"),
    path("日志", log.lines, name="log"),
    path("日志/导出", log.export, name="log-export"),
    path("<int:year>/", assessments.office, name="office"),
    path("<int:year>/办法/", rules.rules, name="rules"),
    path("<int:year>/办法/更改", rules.change_view, name="rules-change"),
    path("<int:year>/办法/文件/<path:name>", rules.rules_file, name="rules-file"),
    path("<int:year>/导出", assessments.export, name="export"),
    path("<int:year>/结果/", results.results, name="results"),
    path("<int:year>/结果/暂定", results.provisional, name="provisional"),
    path("<int:year>/结果/提请", results.propose_view, name="propose"),
    path("<int:year>/结果/撤回", results.withdraw_view, name="withdraw"),
    path("<int:year>/结果/审定", results.approve_view, name="approve"),
    path("<int:year>/结果/公布", results.publish_view, name="publish"),
    path("<int:year>/结果/<name:folder>/<name:name>", results.paper, name="paper"),
    path("<int:year>/单位/<name:unit>/结果/<name:name>", results.unit_paper, name="unit-paper"),
    path("<int:year>/更正/", corrections.corrections, name="corrections"),
    path("<int:year>/更正/开始", corrections.open_view, name="correction-open"),
    path("<int:year>/更正/提请", corrections.propose_view, name="correction-propose"),
    path("<int:year>/更正/撤回", corrections.withdraw_view, name="correction-withdraw"),
    path("<int:year>/更正/审定", corrections.approve_view, name="correction-approve"),
    path("<int:year>/更正/公布", corrections.publish_view, name="correction-publish"),
    path("<int:year>/更正/放弃", corrections.drop_view, name="correction-drop"),
    path("<int:year>/更正/<int:number>/<name:name>", corrections.paper, name="correction-paper"),
    path(
        "<int:year>/更正/<int:number>/反馈/<name:name>",
        corrections.paper,
        {"notes": True},
        name="correction-feedback",
    ),
    path(
        "<int:year>/单位/<name:unit>/更正/<int:number>/<name:name>",
        corrections.unit_paper,
        name="unit-correction-paper",
    ),
    path("导入", assessments.import_folder, name="import"),
    path("<int:year>/评估/<name:assessor>/", third_party.scores, name="scores"),
    path("<int:year>/评估/<name:assessor>/保存", third_party.save, name="scores-save"),
    path(
        "<int:year>/评估/<name:assessor>/上传/<name:component>",
        score_upload.upload,
        name="scores-upload",
    ),
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
    path("<int:year>/台账/", ledger.ledger, name="ledgers"),
    path("<int:year>/台账/<name:provider>/", ledger.ledger, name="ledger"),
    path("<int:year>/台账/<name:provider>/登记", ledger.new_entry, name="entry-new"),
    path(f"{_ROW}/", ledger.entry, name="entry"),
    path(f"{_ROW}/核实", ledger.verify_entry, name="entry-verify"),
    path(f"{_ROW}/撤销", ledger.revoke_entry, name="entry-revoke"),
    path(f"{_ROW}/整改/<int:report>", ledger.decide, name="rectification-decide"),
    path(f"{_ROW}/整改材料/<uuid:file>", ledger.provider_file, name="entry-file"),
    path(f"{_UNIT_ROW}/", ledger.unit_entry, name="unit-entry"),
    path(f"{_UNIT_ROW}/整改", ledger.rectify, name="rectify"),
    path(f"{_UNIT_ROW}/整改材料/<uuid:file>", ledger.unit_file, name="unit-entry-file"),
    path("<int:year>/单位/<name:unit>/申诉/", appeals.unit_appeals, name="unit-appeals"),
    path("<int:year>/单位/<name:unit>/申诉/提出", appeals.new_appeal, name="appeal-new"),
    path("<int:year>/申诉/", appeals.appeals, name="appeals"),
    path("<int:year>/申诉/<name:number>/", appeals.appeal, name="appeal"),
    path("<int:year>/申诉/<name:number>/答复", appeals.answer_view, name="appeal-answer"),
    path("<int:year>/看板/", boards.board, name="board"),
    path("<int:year>/对照/", years.years, name="years"),
    path("<int:year>/对照/<int:other>/<name:name>", years.paper, name="years-paper"),
    path("<int:year>/预警/", monitoring.warnings, name="warnings"),
    path("<int:year>/预警/文件/<name:name>", monitoring.warning_paper, name="warning-paper"),
    path("<int:year>/预警/督办单/<name:unit>", monitoring.supervision, name="supervision"),
    path("<int:year>/通报/", monitoring.bulletins, name="bulletins"),
    path(
        "<int:year>/通报/<slug:kind>/<slug:day>/<name:name>", monitoring.bulletin, name="bulletin"
    ),
    path("<int:year>/待办/", inbox.inbox, name="inbox"),
    path("<int:year>/日程", inbox.calendar, name="calendar"),
    path("<int:year>/核查/", verification.overview, name="verifications"),
    path("<int:year>/核查/<name:verifier>/", verification.verification, name="verification"),
    path("<int:year>/核查/<name:verifier>/保存", verification.save, name="verification-save"),
    path(
        "<int:year>/核查/<name:verifier>/材料/<uuid:file>",
        verification.evidence,
        name="verification-file",
    ),
]

handler400 = "scoring.portal.errors.bad_request"
handler403 = "scoring.portal.errors.denied"
handler404 = "scoring.portal.errors.not_found"
handler500 = "scoring.portal.errors.server_error"
