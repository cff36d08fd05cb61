import { frame, gate, mint, paper, settings, shadow, type Tone, tones } from './frame.ts';

const { amber, blue, brick, coffee, cream, green, ink, leaf, steel, wood } = tones;

function group(x: number): string {
  return `<path d="M${x - 20} 146H${x + 20}V160H${x - 20}Z" fill="${steel.mid}"/>
    <path d="M${x + 6} 146H${x + 20}V160H${x + 6}Z" fill="${steel.dim}"/>
    <rect x="${x - 24}" y="159" width="48" height="11" rx="4" fill="${steel.lit}"/>
    <path d="M${x - 9} 170H${x + 9}L${x + 6} 180H${x - 6}Z" fill="${steel.dim}"/>
    <path d="M${x - 22} 165L${x - 46} 178" stroke="${wood.dim}" stroke-width="11" stroke-linecap="round"/>
    <path d="M${x - 24} 164L${x - 46} 176" stroke="${wood.mid}" stroke-width="5" stroke-linecap="round"/>`;
}

function cup(x: number, y: number): string {
  return `<path d="M${x} ${y}H${x + 34}L${x + 27} ${y - 20}H${x + 7}Z" fill="${brick.lit}"/>
    <path d="M${x + 24} ${y}H${x + 34}L${x + 27} ${y - 20}H${x + 20}Z" fill="${brick.mid}"/>`;
}

/** A two-group espresso machine with cups warming on top. */
export const espressoMachine = frame(
  settings.kitchen,
  `${shadow(202, 250, 132, 10)}
  <path d="M94 238H118V250H94ZM282 238H306V250H282Z" fill="${ink.dim}"/>
  <path d="M96 140H304V226H96Z" fill="${steel.dim}"/>
  <path d="M96 140H304V150H96Z" fill="${ink.lit}" opacity=".35"/>
  <path d="M96 140H150L112 226H96Z" fill="${steel.mid}"/>
  ${cup(112, 74)}${cup(150, 74)}${cup(216, 74)}${cup(254, 74)}
  <path d="M90 62H310M92 60V78M308 60V78M200 62V78" fill="none" stroke="${steel.dim}" stroke-width="3"/>
  <path d="M92 74H308Q322 74 324 90L328 136Q328 148 316 148H84Q72 148 72 136L76 90Q78 74 92 74Z"
    fill="${green.mid}"/>
  <path d="M300 74H308Q322 74 324 90L328 136Q328 148 316 148H296Z" fill="${green.dim}"/>
  <path d="M92 78H304" stroke="${leaf.lit}" stroke-width="4" stroke-linecap="round"/>
  <path d="M73 130H327" stroke="${amber.mid}" stroke-width="4"/>
  <circle cx="200" cy="104" r="19" fill="${amber.mid}"/><circle cx="200" cy="104" r="15" fill="${paper}"/>
  <path d="M190 110A12 12 0 1 1 210 110" fill="none" stroke="${ink.lit}" stroke-width="1.5"
    stroke-dasharray="2 3"/>
  <path d="M200 105L208 97" stroke="${brick.mid}" stroke-width="2.5" stroke-linecap="round"/>
  <g fill="${cream.mid}"><circle cx="112" cy="106" r="6"/><circle cx="132" cy="106" r="6"/>
    <circle cx="152" cy="106" r="6"/><circle cx="248" cy="106" r="6"/><circle cx="268" cy="106" r="6"/></g>
  <circle cx="292" cy="106" r="6" fill="${amber.lit}"/>
  ${group(158)}${group(250)}
  <path d="M300 148C318 166 304 186 312 216" fill="none" stroke="${steel.dim}"
    stroke-width="5" stroke-linecap="round"/>
  <path d="M158 180V200" stroke="${coffee.mid}" stroke-width="3"/>
  <path d="M141 196H175L168 224H148Z" fill="${cream.lit}"/>
  <path d="M163 196H175L168 224H161Z" fill="${cream.dim}"/>
  <path d="M174 202Q186 202 182 211Q180 215 172 214" fill="none" stroke="${cream.dim}" stroke-width="4"/>
  <rect x="76" y="222" width="248" height="20" rx="6" fill="${steel.mid}"/>
  <path d="M84 225.5H316" stroke="${ink.mid}" stroke-width="4" stroke-dasharray="10 4"/>
  <path d="M82 236H318" stroke="${steel.lit}" stroke-width="2"/>`,
);

/** An enamel electric kettle with a wooden handle, just boiled. */
export const kettle = frame(
  settings.kitchen,
  `${shadow(198, 248, 98, 11)}
  <g fill="none" stroke="${paper}" stroke-width="5" stroke-linecap="round" opacity=".8">
    <path d="M84 98C74 86 94 78 84 64M100 92C92 82 108 74 100 60"/></g>
  <path d="M236 104C262 68 326 78 318 128C312 168 296 196 266 206" fill="none"
    stroke="${wood.dim}" stroke-width="17"/>
  <path d="M238 101C264 68 320 80 313 126C307 164 292 190 264 201" fill="none"
    stroke="${wood.mid}" stroke-width="9"/>
  <path d="M150 176C122 172 118 128 80 116L98 104C132 112 134 138 162 132Z" fill="${brick.mid}"/>
  <path d="M80 116L98 104C124 110 130 128 144 134C120 138 116 122 80 116Z" fill="${brick.lit}"/>
  <path d="M124 224L144 124Q150 98 174 98H226Q250 98 256 124L276 224Q278 236 266 236H134Q122 236 124 224Z"
    fill="${brick.mid}"/>
  <path d="M222 98H226Q250 98 256 124L276 224Q278 236 266 236H234Q244 160 222 98Z" fill="${brick.dim}"/>
  <path d="M166 118Q154 160 148 212" fill="none" stroke="${brick.lit}" stroke-width="9"
    stroke-linecap="round"/>
  <path d="M160 98Q164 80 200 80T240 98Z" fill="${brick.mid}"/>
  <path d="M212 80.5Q236 84 240 98H218Z" fill="${brick.dim}"/>
  <path d="M154 100H246" stroke="${cream.mid}" stroke-width="5" stroke-linecap="round"/>
  <path d="M194 72H206V82H194Z" fill="${steel.dim}"/><circle cx="200" cy="66" r="11" fill="${wood.mid}"/>
  <path d="M193 62A9 9 0 0 1 200 58" fill="none" stroke="${wood.lit}" stroke-width="3"
    stroke-linecap="round"/>
  <path d="M118 236H282Q288 236 288 242V246Q288 250 282 250H118Q112 250 112 246V242Q112 236 118 236Z"
    fill="${ink.mid}"/>
  <path d="M118 238H280" stroke="${ink.lit}" stroke-width="2.5"/>
  <path d="M124 222H276" stroke="${steel.mid}" stroke-width="6"/>
  <circle cx="274" cy="244" r="2.5" fill="${amber.lit}"/>`,
);

function mug(x: number, y: number, tone: Tone, side: 1 | -1): string {
  return `<g transform="translate(${x} ${y}) scale(${side} 1)">
    <path d="M40 -66C80 -74 80 -16 38 -22" fill="none"
      stroke="${side > 0 ? tone.dim : tone.mid}" stroke-width="11"/></g>
    <g transform="translate(${x} ${y})">
    <path d="M-44 -82H44L42 -18Q40 0 22 0H-22Q-40 0 -42 -18Z" fill="${tone.mid}"/>
    <path d="M20 -82H44L42 -18Q40 0 22 0H10Q24 -30 20 -82Z" fill="${tone.dim}"/>
    <path d="M-33 -68L-31 -26" stroke="${tone.lit}" stroke-width="6" stroke-linecap="round"/>
    <path d="M-42.5 -14Q-38 0 -22 0H22Q38 0 42.5 -14Z" fill="${wood.lit}"/>
    <ellipse cy="-82" rx="44" ry="9" fill="${tone.lit}"/><ellipse cy="-81" rx="38" ry="6" fill="${tone.dim}"/>
    </g>`;
}

/** Four stoneware mugs, stacked in twos. */
export const mugs = frame(
  settings.kitchen,
  `${shadow(200, 247, 124, 11)}
  ${mug(146, 246, blue, -1)}${mug(146, 167, amber, -1)}
  ${mug(256, 248, green, 1)}${mug(256, 169, brick, 1)}`,
);

/** A steel water bottle with a loop cap. */
export const waterBottle = frame(
  settings.kitchen,
  `${shadow(202, 249, 62, 9)}
  <path d="M180 52Q180 32 200 32T220 52" fill="none" stroke="${ink.mid}" stroke-width="8"/>
  <rect x="172" y="48" width="56" height="26" rx="6" fill="${ink.mid}"/>
  <path d="M212 48H222Q228 48 228 54V68Q228 74 222 74H212Z" fill="${ink.dim}"/>
  <path d="M180 53V69M186 53V69" stroke="${ink.lit}" stroke-width="3"/>
  <path d="M176 74H224V84H176Z" fill="${steel.mid}"/><path d="M208 74H224V84H208Z" fill="${steel.dim}"/>
  <path d="M176 84H224Q224 98 236 108Q246 118 246 134V238Q246 250 234 250H166Q154 250 154 238V134Q154 118
    164 108Q176 98 176 84Z" fill="${green.mid}"/>
  <path d="M212 84H224Q224 98 236 108Q246 118 246 134V238Q246 250 234 250H218Q228 160 212 84Z"
    fill="${green.dim}"/>
  <path d="M170 128V218" stroke="${leaf.lit}" stroke-width="7" stroke-linecap="round"/>
  <path d="M154 232H246V238Q246 250 234 250H166Q154 250 154 238Z" fill="${steel.mid}"/>
  <path d="M224 232H246V238Q246 250 234 250H221Z" fill="${steel.dim}"/>
  ${gate(201, 160, 1.4, mint, green.mid)}`,
);
