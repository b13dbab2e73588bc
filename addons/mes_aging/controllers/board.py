import json

from odoo import http
from odoo.http import content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class BoardController(http.Controller):
    @http.route("/mes_aging/board.xlsx", type="http", auth="user", methods=["GET"], readonly=True)
    def download_board(self, options="{}"):
        """Answer with the board as a workbook.

        :param str options: the parameters of `mes.aging.board.get_board`, as JSON
        """
        chosen = json.loads(options)
        board = request.env["mes.aging.board"]
        if company_ids := chosen.pop("company_ids", None):
            board = board.with_context(allowed_company_ids=company_ids)  # checked where the environment is made
        names = ("domain", "days", "warehouse_id", "status", "order", "buyer_id")
        content = board._make_xlsx(**{name: chosen[name] for name in names if name in chosen})
        headers = [
            ("Content-Type", XLSX),
            ("Content-Disposition", content_disposition(f"{board.env._('Inventory Board')}.xlsx")),
        ]
        return request.make_response(content, headers)
