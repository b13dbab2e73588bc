"""Pure arithmetic of the pull loop: no module here imports Odoo."""
