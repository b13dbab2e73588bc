"""What happens around installing and uninstalling the addon."""


def post_init_hook(env):
    """Note where the goods of the past came from: recalls reach back to before the addon."""
    env["stock.move.line"]._mes_backfill_origins()


def uninstall_hook(env):
    """Leave frozen stock where nobody takes it by mistake, and say on each lot why."""
    env["mes.quality.hold"]._leave_behind()
