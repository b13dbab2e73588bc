import { registry } from "@web/core/registry";

const CENTER = ".o_mes_center:contains(Tour line)";

/** An operator sees the first hour missed and says why. */
registry.category("web_tour.tours").add("mes_pull_hours_tour", {
    steps: () => [
        { trigger: `${CENTER} [data-status=missed]:first .o_mes_hour_due:contains(25)` },
        { trigger: `${CENTER} [data-status=missed]:first .o_mes_hour_cause`, run: "click" },
        { trigger: ".o_mes_loss_note", run: "edit Belt torn" },
        { trigger: ".o_mes_loss:contains(Tour breakdown)", run: "click" },
        { trigger: `${CENTER} .o_mes_hour_cause:contains(Tour breakdown)` },
        { content: "Tomorrow", trigger: ".o_mes_day_after", run: "click" },
        { trigger: `${CENTER} [data-status=future] .o_mes_hour_due:contains(25)` },
        { trigger: ".o_mes_day", run: "click" },
        { trigger: `${CENTER} .o_mes_hour_cause:contains(Tour breakdown)` },
    ],
});
