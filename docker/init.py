"""The last step of mes-init, run inside `odoo shell`: languages, first password, check.

Reads MES_ADDONS, MES_LANG and MES_ADMIN_PASSWORD; repeating it changes nothing.
"""

import os
import sys


def names(variable):
    return [name for part in os.environ.get(variable, "").split(",") if (name := part.strip())]


def load_languages(env, codes):
    """Activate the languages that are not, with the translations of all installed modules."""
    for code in codes:
        lang = env["res.lang"].with_context(active_test=False).search([("code", "=", code)])
        if not lang:
            sys.exit(f"mes-init: MES_LANG: Odoo knows no language {code!r} (zh_CN, de_DE, …)")
        if not lang.active:
            env["base.language.install"].create({"lang_ids": lang.ids}).lang_install()


def has_default_password(env, user):
    env.cr.execute("SELECT password FROM res_users WHERE id = %s", [user.id])
    (stored,) = env.cr.fetchone()
    return bool(stored) and user._crypt_context().verify("admin", stored)


def set_up_admin(env, codes):
    """Replace the password that every new Odoo database has; a changed one is left alone."""
    admin = env.ref("base.user_admin", raise_if_not_found=False)
    if not admin or not has_default_password(env, admin):
        return
    admin.password = os.environ["MES_ADMIN_PASSWORD"]
    if codes:
        (admin.partner_id | env["res.company"].search([]).partner_id).lang = codes[0]


def check_installed(env, wanted):
    modules = env["ir.module.module"].search([("name", "in", wanted), ("state", "=", "installed")])
    missing = sorted(set(wanted) - set(modules.mapped("name")))
    if missing:
        sys.exit(
            f"mes-init: not installed: {', '.join(missing)}."
            " Is the name right, is the addon in the image or in MES_EXTRA_ADDONS? The log above says more."
        )


def main(env):
    codes = names("MES_LANG")
    load_languages(env, codes)
    set_up_admin(env, codes)
    env.cr.commit()
    check_installed(env, names("MES_ADDONS"))


main(env)  # noqa: F821 - `odoo shell` provides it
