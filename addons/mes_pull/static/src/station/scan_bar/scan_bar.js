import { Component, useRef } from "@odoo/owl";
import { scanBarcode } from "@web/core/barcode/barcode_dialog";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { isMobileOS } from "@web/core/browser/feature_detection";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

/** The field to type a barcode (or to search a loop), and the camera. */
export class ScanBar extends Component {
    static template = "mes_pull.ScanBar";
    static props = { text: String, onText: Function, onBarcode: Function };

    setup() {
        this.notification = useService("notification");
        this.inputRef = useRef("input");
        this.hasCamera = isBarcodeScannerSupported();
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.submit(ev.target.value);
        }
    }

    submit(text) {
        const barcode = (text ?? this.props.text).trim();
        if (barcode) {
            this.props.onBarcode(barcode);
            this.props.onText("");
        }
        if (isMobileOS()) {
            this.inputRef.el.blur(); // gives the screen back and lets the scanner in again
        } else {
            this.inputRef.el.focus();
        }
    }

    async openCamera() {
        let barcode;
        try {
            barcode = await scanBarcode(this.env);
        } catch (error) {
            this.notification.add(
                _t("The camera cannot be used: %(reason)s Type the barcode, or tap the product.", {
                    reason: error.message,
                }),
                { type: "warning" }
            );
            return;
        }
        if (barcode) {
            this.props.onBarcode(barcode);
        }
    }
}
