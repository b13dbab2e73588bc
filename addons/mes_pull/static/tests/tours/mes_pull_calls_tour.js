import { registry } from "@web/core/registry";

function scan(barcode) {
    return [
        { content: `Type ${barcode}`, trigger: ".o_mes_scan_input", run: `edit ${barcode}` },
        { content: `Send ${barcode}`, trigger: ".o_mes_scan_input", run: "press Enter" },
    ];
}

const CALL = ".o_mes_call:contains(Tour blank)";

/** Two calls of 60: the first is brought by scan, of the second there is nothing. */
registry.category("web_tour.tours").add("mes_pull_calls_tour", {
    steps: () => [
        { trigger: `${CALL} .o_mes_call_quantity:contains(60)` },
        { content: "The formula of the usable number", trigger: `${CALL} .o_mes_usable_button:first`, run: "click" },
        { trigger: ".o_mes_usable_formula:contains(on hand)" },
        ...scan("TOUR-NOTHING"),
        { content: "Unknown is red", trigger: ".o_mes_result_error:contains(TOUR-NOTHING)" },
        ...scan("TOUR-BENCH"),
        { content: "A place is chosen", trigger: ".o_mes_result_ok:contains(Tour bench)" },
        ...scan("TOUR-BLANK"),
        { content: "The earliest call is brought", trigger: ".o_mes_result_ok .o_mes_result_number:contains(60)" },
        { trigger: `${CALL} .o_mes_call_short_button`, run: "click" },
        { trigger: ".o_mes_short_note", run: "edit Shelf empty" },
        { trigger: ".o_mes_short_none", run: "click" },
        { trigger: ".o_mes_call[data-status=short]:contains(Tour blank)" },
        { content: "Nothing is left unsent", trigger: ".o_mes_calls_screen:not(:has(.o_mes_call_pending))" },
    ],
});
