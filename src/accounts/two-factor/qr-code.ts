import { create } from 'qrcode';

/** The light margin that readers need, in modules (ISO/IEC 18004). */
const MARGIN = 4;

/** A QR code as an SVG draws it, in units of one module. */
interface QrCode {
  viewBox: string;
  /** The dark modules, for the `d` of one path. */
  path: string;
}

export function qrCode(text: string): QrCode {
  const { size, data } = create(text).modules;
  const rows = Array.from({ length: size }, (_, y) => data.slice(y * size, (y + 1) * size).join(''));
  const runs = rows.flatMap((row, y) =>
    [...row.matchAll(/1+/g)].map(
      ({ 0: { length }, index }) => `M${index + MARGIN} ${y + MARGIN}h${length}v1h-${length}z`,
    ),
  );
  const side = size + 2 * MARGIN;
  return { viewBox: `0 0 ${side} ${side}`, path: runs.join('') };
}
