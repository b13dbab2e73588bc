import { registry } from "@web/core/registry";

const ROW = ".o_mes_row:contains(Tour bracket)";

/** An operator sees the same figures, without doors to what is the planners'. */
registry.category("web_tour.tours").add("mes_pull_board_operator_tour", {
    steps: () => [
        { trigger: ".o_mes_search_input", run: "edit tour bracket" },
        { trigger: `${ROW}[data-status=signalled] div[data-figure=on_hand]:contains(500)` },
        { trigger: ".o_mes_board:not(:has(.o_mes_replenish))" },
        { content: "The cards behind the target", trigger: `${ROW} button[data-figure=authorised]`, run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(KB)" },
    ],
});

/** 500 of 1000 are on order: the board says so, and each number opens its records. */
registry.category("web_tour.tours").add("mes_pull_board_tour", {
    steps: () => [
        { trigger: ".o_mes_search_input", run: "edit tour bracket" },
        { trigger: `${ROW} [data-figure=on_hand]:contains(500)` },
        { trigger: `${ROW}[data-status=signalled] .o_mes_signal_document:contains(MO)` },
        { content: "Filter what is on its way", trigger: "[data-status=signalled].o_mes_status_filter", run: "click" },
        { content: "Open what is on order", trigger: `${ROW} [data-figure=on_order]`, run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(500)" },
        {
            content: "Back to the board",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a:contains(Pull Board)",
            run: "click",
        },
        { trigger: `${ROW} [data-figure=on_hand]`, run: "click" },
        { trigger: ".o_list_view .o_data_row" },
    ],
});
