import { registry } from "@web/core/registry";

const TILE = "[data-tile=overdue]";

/** Five boards are overdue: the tile says so, shows its formula and opens the case; the backlog is against its target. */
registry.category("web_tour.tours").add("mes_aging_clearance_board_tour", {
    steps: () => [
        { trigger: "[data-kind=finished] .o_mes_clearance_bar[aria-label*='target']" },
        { trigger: `${TILE} [data-figure=overdue]`, run: "click" },
        { trigger: ".o_mes_stock_explanation p:contains(before today)" },
        { content: "Open what is behind it", trigger: ".o_mes_stock_open_records", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(Board)" },
        { trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a:contains(Clearance Board)", run: "click" },
        { trigger: "[data-kind=finished] [data-figure=total]", run: "click" },
        { trigger: ".o_mes_stock_open_records", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(Board)" },
    ],
});
