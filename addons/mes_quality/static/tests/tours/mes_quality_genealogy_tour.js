import { registry } from "@web/core/registry";

/** From the lot into the graph: search, fold, the list beside, and into a lot by a click. */
registry.category("web_tour.tours").add("mes_quality_genealogy_tour", {
    steps: () => [
        { content: "The lot's own button", trigger: "button[name=action_mes_genealogy]", run: "click" },
        { trigger: ".o_mes_node_middle text:contains(GRAPH-AXLE)" },
        { trigger: ".o_mes_node text:contains(GRAPH-CART)" },
        { trigger: ".o_mes_genealogy_search", run: "edit graph-cart" },
        { content: "It is found", trigger: ".o_mes_node_found text:contains(GRAPH-CART)" },
        { trigger: ".o_mes_genealogy_fit", run: "click" },
        { content: "Fold", trigger: ".o_mes_node_middle .o_mes_node_fold circle", run: "click" },
        { trigger: ".o_mes_genealogy_canvas:not(:has(.o_mes_node text:contains(GRAPH-CART)))" },
        { trigger: ".o_mes_genealogy_list", run: "click" },
        { content: "The list opens the lot", trigger: ".o_mes_genealogy_rows td:contains(GRAPH-CART)", run: "click" },
        { trigger: ".o_form_view .o_field_widget[name=product_id]" },
    ],
});
