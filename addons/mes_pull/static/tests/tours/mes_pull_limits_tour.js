import { registry } from "@web/core/registry";

const CARD = ".o_kanban_record:contains(Tour press)";

/** The gauges of the work centres, and who waits for one that is full. */
registry.category("web_tour.tours").add("mes_pull_wip_tour", {
    steps: () => [
        { trigger: `${CARD} [name=mes_wip_level] .text-bg-warning:contains(Full)` },
        { content: "One of one job", trigger: `${CARD} .fs-4:contains(1)` },
        { content: "Who waits for it", trigger: `${CARD} footer:contains(1)`, run: "click" },
        { content: "And why", trigger: ".o_list_view .o_data_row:contains(1 of 1 jobs)" },
    ],
});

/** Who passed which limit: as a list, a pivot and a graph. */
registry.category("web_tour.tours").add("mes_pull_overrides_tour", {
    steps: () => [
        { trigger: ".o_list_view .o_data_row:contains(truck waits)" },
        { content: "Pivot", trigger: ".o_switch_view.o_pivot", run: "click" },
        { trigger: ".o_pivot_view:not(:has(.o_view_sample_data)) .o_pivot th:contains(tour_planner)" },
        { trigger: ".o_pivot_cell_value:contains(1)" },
        { content: "Graph", trigger: ".o_switch_view.o_graph", run: "click" },
        { trigger: ".o_graph_view:not(:has(.o_view_sample_data)) .o_graph_canvas_container canvas" },
    ],
});
