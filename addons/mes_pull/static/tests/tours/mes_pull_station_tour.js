import { registry } from "@web/core/registry";

/** Types into the field what a scanner would and presses Enter. */
function scan(barcode) {
    return [
        { content: `Type ${barcode}`, trigger: ".o_mes_scan_input", run: `edit ${barcode}` },
        { content: `Send ${barcode}`, trigger: ".o_mes_scan_input", run: "press Enter" },
    ];
}

/** Scenario A from the screen: 500 taken, 500 ordered, undone. */
registry.category("web_tour.tours").add("mes_pull_station_tour", {
    steps: () => [
        {
            content: "The tile shows what is there",
            trigger: ".o_mes_tile:contains(Tour bracket) .o_mes_tile_number:contains(1,000)",
        },
        ...scan("TOUR-NOTHING"),
        { content: "Unknown is red", trigger: ".o_mes_result_error:contains(TOUR-NOTHING)" },
        ...scan("TOUR-WELDING"),
        { content: "A place becomes the destination", trigger: ".o_mes_chip_destination:contains(Tour welding)" },
        ...scan("TOUR-BRACKET"),
        {
            content: "A product's barcode takes one container",
            trigger: ".o_mes_result_ok .o_mes_result_number:contains(100)",
        },
        { trigger: ".o_mes_tile:contains(Tour bracket) .o_mes_tile_number:contains(900)" },
        ...scan("TOUR-BRACKET"),
        {
            content: "A second scan is a second container",
            trigger: ".o_mes_tile:contains(Tour bracket) .o_mes_tile_number:contains(800)",
        },
        { content: "Tap the product", trigger: ".o_mes_tile:contains(Tour bracket)", run: "click" },
        { content: "Key in 300", trigger: ".o_mes_pad_keys [data-key='3']", run: "click" },
        { trigger: ".o_mes_pad_keys [data-key='0']", run: "click" },
        { trigger: ".o_mes_pad_keys [data-key='0']", run: "click" },
        { trigger: ".o_mes_pad_confirm", run: "click" },
        { trigger: ".o_mes_result_ok .o_mes_result_number:contains(300)" },
        { trigger: ".o_mes_tile:contains(Tour bracket) .o_mes_tile_number:contains(500)" },
        {
            content: "The last scans list it first",
            trigger: ".o_mes_scan:first:contains(300):contains(Tour bracket)",
        },
        { content: "Undo it", trigger: ".o_mes_result_undo", run: "click" },
        { trigger: ".o_mes_tile:contains(Tour bracket) .o_mes_tile_number:contains(800)" },
        { trigger: ".o_mes_scan_undone:first" },
        { content: "Return one from there", trigger: ".o_mes_mode_return", run: "click" },
        ...scan("TOUR-BRACKET"),
        { trigger: ".o_mes_tile:contains(Tour bracket) .o_mes_tile_number:contains(900)" },
        { content: "Forget the place", trigger: ".o_mes_clear_destination", run: "click" },
        { trigger: ".o_mes_chip_destination:contains(usual place)" },
        { content: "Nothing is left unsent", trigger: ".o_mes_station:not(:has(.o_mes_scan_waiting))" },
    ],
});
