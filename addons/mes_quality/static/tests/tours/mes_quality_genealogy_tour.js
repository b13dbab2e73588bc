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
        { content: "It is found in words", trigger: ".o_mes_genealogy_bar [role=status]:contains(1 found)" },
        {
            content: "The list opens the lot",
            trigger: ".o_mes_genealogy_rows button:contains(GRAPH-CART)",
            run: "click",
        },
        { trigger: ".o_form_view .o_field_widget[name=product_id]" },
    ],
});

const on = (name, more = "") => `.o_mes_node[aria-selected=true]:focus${more}:has(text:contains(${name}))`;

/** The same without a mouse. */
registry.category("web_tour.tours").add("mes_quality_genealogy_keys_tour", {
    steps: () => [
        { content: "The lot's own button", trigger: "button[name=action_mes_genealogy]", run: "click" },
        {
            content: "The start can be reached by Tab, and only it",
            trigger: ".o_mes_node[tabindex='0']:has(text:contains(GRAPH-AXLE))",
            async run() {
                this.anchor.focus();
            },
        },
        { content: "To what was made of it", trigger: on("GRAPH-AXLE"), run: "press ArrowRight" },
        {
            content: "In words: state, place, quantity",
            trigger: on("GRAPH-CART", "[aria-label*='2.00 Units, in stock, held']"),
        },
        { content: "Back", trigger: on("GRAPH-CART"), run: "press ArrowLeft" },
        { content: "Fold", trigger: on("GRAPH-AXLE", "[aria-expanded=true]"), run: "press Space" },
        {
            content: "Nothing is there any more",
            trigger: on("GRAPH-AXLE", "[aria-expanded=false]"),
            run: "press ArrowRight",
        },
        { content: "Unfold", trigger: on("GRAPH-AXLE", "[aria-expanded=false]"), run: "press Space" },
        { content: "Zoom", trigger: on("GRAPH-AXLE", "[aria-expanded=true]"), run: "press =" },
        { trigger: ".o_mes_genealogy_canvas svg > g[transform*='scale(1.25)']" },
        { content: "There again", trigger: on("GRAPH-AXLE"), run: "press ArrowRight" },
        { content: "Escape leads back to the start", trigger: on("GRAPH-CART"), run: "press Escape" },
        { content: "And there once more", trigger: on("GRAPH-AXLE"), run: "press ArrowRight" },
        { content: "Open", trigger: on("GRAPH-CART"), run: "press Enter" },
        {
            trigger: ".o_form_view .o_field_widget[name=name] input:value(GRAPH-CART)",
        },
    ],
});
