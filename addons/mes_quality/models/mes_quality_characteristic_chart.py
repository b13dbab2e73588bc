"""The control chart of a measure: limits, what is unusual, capability; and the results behind each point."""

from collections import Counter
from statistics import fmean, stdev

from odoo import api, models

from ..replica import fresh
from ..tools import spc

LATEST = 50


class MesQualityCharacteristic(models.Model):
    """Each inspection is a subgroup. Limits follow from those with as many values as most have; others are left out."""

    _inherit = "mes.quality.characteristic"

    @api.model
    @api.readonly
    @fresh
    def get_charts(self, domain=None, limit=100):
        """Return the measures that have results, for the list beside the chart."""
        self.env["mes.quality.message"]._check_parameters(self, domain, limit=limit)
        asked = [("kind", "=", "measure"), *(domain or [])]
        found = self.with_context(active_test=False).search(asked, limit=limit)
        return [
            {"id": one.id, "name": one.name, "plan": one.plan_id.name, "unit": one.unit or "", "active": one.active}
            for one in found
        ]

    @api.readonly
    @fresh
    def get_chart(self, product_id=None, limit=LATEST):
        """Return the chart of the latest ``limit`` inspections of this measure.

        :return: ``kind`` (``xbar_r``, ``xbar_s``, ``individuals``), ``points`` (value, spread, rules, inspection),
            ``limits`` and ``spread_limits`` (lower, centre, upper), ``tolerance``, ``mean``, ``sigma``, ``cp``,
            ``cpk``, ``pp``, ``ppk``, ``count``, ``left_out`` (subgroups of another size); no points when there are none
        """
        self.ensure_one()
        self.env["mes.quality.message"]._check_parameters(product_id=product_id, limit=limit)
        if self.kind != "measure":
            raise self.env["mes.quality.message"]._error("chart_none")
        groups = self._get_subgroups(product_id, limit)
        size = Counter(len(lines) for lines in groups).most_common(1)[0][0] if groups else 0
        size = min(size, spc.LARGEST_SUBGROUP)
        kept = [lines[:size] for lines in groups if len(lines) >= size] if size else []
        answer = {
            **self._prepare_chart_head(kept),
            "left_out": len(groups) - len(kept),
            "points": [],
        }
        return {**answer, **self._prepare_chart(kept)} if kept else answer

    def _get_subgroups(self, product_id, limit):
        """Return the recorded lines by inspection, oldest first; one query for the inspections, one for the lines."""
        domain = [("characteristic_id", "=", self.id), ("is_recorded", "=", True)]
        if product_id:
            domain.append(("product_id", "=", product_id))
        lines = self.env["mes.quality.inspection.line"]
        newest = {"aggregates": ["date:max", "id:max"], "order": "date:max DESC, id:max DESC", "limit": limit}
        latest = lines._read_group(domain, ["inspection_id"], **newest)
        order = [inspection.id for inspection, _date, _id in reversed(latest)]
        found = lines.search([*domain, ("inspection_id", "in", order)], order="sample, id").grouped("inspection_id")
        by_id = {inspection.id: group for inspection, group in found.items()}
        return [by_id[number] for number in order]

    def _prepare_chart_head(self, groups):
        last = groups[-1][-1] if groups else self
        return {
            "id": self.id,
            "name": self.name,
            "plan": self.plan_id.name,
            "unit": last.unit or "",
            "tolerance": {"lower": last._get_lower(), "nominal": last.nominal, "upper": last._get_upper()},
            "size": len(groups[0]) if groups else 0,
        }

    def _prepare_chart(self, groups):
        values = [group.mapped("value") for group in groups]
        chart = spc.choose_chart(values)
        every = [value for group in values for value in group]
        mean = fmean(every)
        overall = stdev(every) if len(every) > 1 else 0.0
        lower, upper = groups[-1][-1]._get_lower(), groups[-1][-1]._get_upper()
        cp, cpk = spc.capability(mean, chart.sigma, lower, upper)
        pp, ppk = spc.capability(mean, overall, lower, upper)
        figures = {"mean": mean, "sigma": chart.sigma, "overall": overall, "cp": cp, "cpk": cpk, "pp": pp, "ppk": ppk}
        return {
            "kind": chart.kind,
            "count": len(every),
            "limits": self._prepare_limits(chart.limits),
            "spread_limits": self._prepare_limits(chart.spread_limits),
            "points": self._prepare_points(groups, chart),
            **figures,
        }

    @api.model
    def _prepare_limits(self, limits):
        return {"lower": limits.lower, "centre": limits.centre, "upper": limits.upper}

    @api.model
    def _prepare_points(self, groups, chart):
        unusual = spc.violations(chart.points, chart.limits)
        wide = spc.violations(chart.spreads, chart.spread_limits, ("beyond_3s",))
        shift = len(chart.points) - len(chart.spreads)  # moving ranges begin with the second value
        points = []
        for place, (group, value) in enumerate(zip(groups, chart.points, strict=True)):
            spread = chart.spreads[place - shift] if place >= shift else None
            points.append(
                {
                    "value": value,
                    "spread": spread,
                    "rules": unusual.get(place, []),
                    "spread_rules": wide.get(place - shift, []),
                    "inspection_id": group.inspection_id.id,
                    "name": group.inspection_id.name,
                    "date": group[-1].date,
                    "lot": ", ".join(group.inspection_id.lot_ids[:3].mapped("name")),
                }
            )
        return points

    def action_view_chart(self):
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "mes_quality.control_chart",
            "name": self.env._("Control Chart"),
            "params": {"characteristic_id": self.id},
        }
