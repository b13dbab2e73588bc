import { registry } from "@web/core/registry";

/** A receipt is scanned, looked at, measured on two pieces and passed. */
registry.category("web_tour.tours").add("mes_quality_tablet_tour", {
    steps: () => [
        { content: "It waits in the list", trigger: ".o_mes_tablet_row:contains(Tour axle)" },
        { trigger: ".o_mes_tablet_scan", run: "edit NOTHING" },
        { trigger: ".o_mes_tablet_scan", run: "press Enter" },
        { content: "Unknown is told", trigger: ".o_mes_tablet_error:contains(NOTHING)" },
        { trigger: ".o_mes_tablet_scan", run: "edit TOUR-LOT" },
        { trigger: ".o_mes_tablet_scan", run: "press Enter" },
        { content: "The lot opens it", trigger: ".o_mes_tablet_questions:contains(Tour axle):contains(TOUR-LOT)" },
        { content: "It looks good", trigger: ".o_mes_tablet_line:contains(Looks good) .o_mes_tablet_good", run: "click" },
        { trigger: ".o_mes_tablet_good.btn-success" },
        { content: "Measure the first piece", trigger: ".o_mes_tablet_measure", run: "click" },
        { trigger: ".o_mes_measure_keys [data-key='1']", run: "click" },
        { trigger: ".o_mes_measure_keys [data-key='2']", run: "click" },
        { content: "12 is too much", trigger: ".o_mes_measure_display.text-bg-danger:contains(12)" },
        { trigger: ".o_mes_measure_pad [data-key='back']", run: "click" },
        { trigger: ".o_mes_measure_keys [data-key='0']", run: "click" },
        { content: "10 is good", trigger: ".o_mes_measure_display.text-bg-success:contains(10)" },
        { trigger: ".o_mes_measure_confirm", run: "click" },
        { content: "The second piece follows", trigger: ".o_mes_tablet_line:contains(Piece 2) .o_mes_tablet_measure", run: "click" },
        { trigger: ".o_mes_measure_keys [data-key='9']", run: "click" },
        { trigger: ".o_mes_measure_keys [data-key='.']", run: "click" },
        { trigger: ".o_mes_measure_keys [data-key='9']", run: "click" },
        { content: "On the limit is good", trigger: ".o_mes_measure_display.text-bg-success" },
        { trigger: ".o_mes_measure_confirm", run: "click" },
        { trigger: ".o_mes_tablet_pieces .btn-success:eq(1)" },
        { content: "Pass", trigger: ".o_mes_tablet_pass:enabled", run: "click" },
        { content: "Back in the list, without it", trigger: ".o_mes_tablet main:not(:has(.o_mes_tablet_row:contains(Tour axle)))" },
    ],
});
