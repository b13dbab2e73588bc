import { registry } from "@web/core/registry";

const ROW = ".o_mes_stock_item:contains(Resistor)";

/** 800 on hand, 600 for the next 3 days, 200 to stay: the board says so, shows the formula, and opens the records. */
registry.category("web_tour.tours").add("mes_aging_board_tour", {
    steps: () => [
        { trigger: ".o_mes_stock_search_input", run: "edit resistor" },
        { trigger: `${ROW} .o_mes_stock_bar[aria-label="800 on hand: 600 next 3 days, 200 safety"]` },
        { content: "A status that it hasn't", trigger: "[data-status=short].o_mes_stock_status_filter", run: "click" },
        { trigger: ".o_mes_stock_clear", run: "click" },
        { trigger: ".o_mes_stock_search_input", run: "edit resistor" },
        { trigger: `${ROW} [data-figure=usable]`, run: "click" },
        { trigger: ".o_mes_stock_explanation .o_mes_stock_explained:contains(800)" },
        { trigger: ".o_mes_stock_explanation tr:contains(Held)" },
        { content: "Open what is behind it", trigger: ".o_mes_stock_open_records", run: "click" },
        { trigger: ".o_list_view .o_data_row:contains(800)" },
        { trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item a:contains(Inventory Board)", run: "click" },
        { content: "On the wall", trigger: ".o_mes_stock_wall_toggle", run: "click" },
        { trigger: ".o_mes_stock_wall .o_mes_stock_item" },
        { trigger: ".o_mes_stock_wall_leave", run: "click" },
        { trigger: ".o_mes_aging_board:not(.o_mes_stock_wall)" },
    ],
});
