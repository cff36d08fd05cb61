import { frame, gate, mint, paper, settings, shadow, slab, type Tone, tones } from './frame.ts';

const { amber, blue, brick, cream, green, ink, leaf, steel, wood } = tones;
const navy: Tone = { lit: '#7f98b0', mid: '#3f5a75', dim: '#2c4259' };
const pink: Tone = { lit: '#dfa08b', mid: '#c97a62', dim: '#a85c45' };
const wrapper: Tone = { lit: '#d3dfe4', mid: blue.lit, dim: blue.mid };

/** A jointed desk lamp, switched on. */
export const deskLamp = frame(
  settings.desk,
  `<path d="M108 118L60 262H214L180 168Z" fill="#ffe9ae" opacity=".42"/>
  <ellipse cx="137" cy="258" rx="86" ry="15" fill="#fff3cf" opacity=".7"/>
  ${shadow(276, 252, 64, 10)}
  <ellipse cx="268" cy="248" rx="56" ry="12" fill="${green.dim}"/>
  <ellipse cx="268" cy="241" rx="56" ry="12" fill="${green.mid}"/>
  <path d="M215 239A56 12 0 0 1 262 229.5" fill="none" stroke="${leaf.lit}" stroke-width="2"/>
  <path d="M268 236L300 142" stroke="${steel.dim}" stroke-width="9"/>
  <path d="M265 236L297 142" stroke="${steel.lit}" stroke-width="3"/>
  <path d="M300 142L186 72" stroke="${steel.dim}" stroke-width="9"/>
  <path d="M299 138L187 69" stroke="${steel.lit}" stroke-width="3"/>
  <circle cx="268" cy="234" r="10" fill="${green.dim}"/>
  <circle cx="300" cy="142" r="11" fill="${green.dim}"/><circle cx="299" cy="141" r="5" fill="${amber.mid}"/>
  <g transform="translate(172 84) rotate(36)">
    <ellipse cy="66" rx="56" ry="15" fill="#ffedbb"/><circle cy="64" r="17" fill="${paper}"/>
    <path d="M-17 -22Q0 -36 17 -22L22 6Q50 24 56 66Q0 40 -56 66Q-50 24 -22 6Z" fill="${green.mid}"/>
    <path d="M17 -22L22 6Q50 24 56 66Q40 56 22 54Q16 20 2 -28Q12 -28 17 -22Z" fill="${green.dim}"/>
    <path d="M-24 14Q-42 28 -47 52" fill="none" stroke="${leaf.lit}" stroke-width="4" stroke-linecap="round"/>
    <path d="M-22 5H22" stroke="${amber.mid}" stroke-width="4"/>
  </g>`,
);

/** A cloth-bound notebook with an elastic band, and a pencil before it. */
export const notebook = frame(
  settings.desk,
  `${shadow(204, 242, 92, 10)}
  <path d="M140 56L280 50Q286 50 286 56V232Q286 238 280 238L140 240Z" fill="${green.dim}"/>
  <path d="M140 58L278 54V232L140 238Z" fill="${cream.dim}"/>
  <path d="M272 55V232M275.5 55V232M268.5 56V232" stroke="${wood.lit}" stroke-width="1"/>
  <path d="M128 46H258Q266 46 266 54V236Q266 244 258 244H128Q122 244 122 238V52Q122 46 128 46Z"
    fill="${green.mid}"/>
  <path d="M128 46H144V244H128Q122 244 122 238V52Q122 46 128 46Z" fill="${green.dim}"/>
  <path d="M147 46V244" stroke="${green.lit}" stroke-width="2"/>
  <path d="M150 48H256Q262 48 264 54" fill="none" stroke="${green.lit}" stroke-width="3"/>
  ${gate(195, 116, 2, mint, green.mid)}
  <path d="M168 182H222M180 192H210" stroke="${mint}" stroke-width="3" stroke-linecap="round" opacity=".7"/>
  <path d="M244 46V244" stroke="${amber.mid}" stroke-width="8"/>
  <path d="M242 46V244" stroke="${amber.lit}" stroke-width="2"/>
  <path d="M158 244V266L163 260L168 266V244Z" fill="${brick.mid}"/>
  <ellipse cx="214" cy="273" rx="112" ry="5" fill="${ink.dim}" opacity=".14"/>
  <g transform="rotate(-4 200 264)">
    <path d="M106 258H286V270H106Z" fill="${amber.mid}"/><path d="M106 258H286V262H106Z" fill="${amber.lit}"/>
    <path d="M106 267H286V270H106Z" fill="${amber.dim}"/>
    <path d="M96 258H106V270H96Q91 264 96 258Z" fill="${brick.lit}"/>
    <path d="M106 258H116V270H106Z" fill="${steel.mid}"/>
    <path d="M286 258L308 264L286 270Z" fill="${cream.mid}"/>
    <path d="M300 261.8L308 264L300 266.2Z" fill="${ink.dim}"/>
  </g>`,
);

const penTops = [48, 53, 47, 51, 46, 50, 47, 53, 49, 46];

function penRun(first: number, last: number, tone: Tone): string {
  const run = penTops.map((top, i) => ({ x: 121 + i * 16, top })).slice(first, last);
  const each = (draw: (x: number, top: number) => string) => run.map(({ x, top }) => draw(x, top)).join('');
  return `<path d="${each((x, top) => `M${x} 180V${top + 6}q0 -6 6.5 -6t6.5 6V180Z`)}" fill="${tone.mid}"/>
    <path d="${each((x, top) => `M${x + 9} 180V${top + 1}q4 1 4 5V180Z`)}" fill="${tone.dim}"/>
    <path d="${each((x, top) => `M${x + 2} ${top + 8}v38`)}" stroke="${tone.lit}" stroke-width="2.5"/>`;
}

/** Ten gel pens in a card sleeve. */
export const pens = frame(
  settings.desk,
  `${shadow(202, 247, 104, 10)}
  ${penRun(0, 5, navy)}${penRun(5, 8, green)}${penRun(8, 10, brick)}
  <path d="${penTops.map((top, i) => `M${127.5 + i * 16} ${top + 6}v30`).join('')}"
    stroke="${steel.lit}" stroke-width="3"/>
  <path d="${penTops.map((top, i) => `M${121 + i * 16} ${top + 52}h13`).join('')}"
    stroke="${paper}" stroke-width="2"/>
  <path d="M112 120H150C166 120 162 146 200 146S234 120 250 120H288V240Q288 246 282 246H118Q112 246 112 240Z"
    fill="${wood.lit}"/>
  <path d="M276 120H288V240Q288 246 282 246H270Z" fill="${wood.mid}"/>
  <path d="M112 121H150C166 121 162 147 200 147S234 121 250 121H288" fill="none"
    stroke="${cream.mid}" stroke-width="2"/>
  <rect x="130" y="164" width="134" height="62" rx="4" fill="${paper}"/>
  <path d="M130 214H264V222Q264 226 260 226H134Q130 226 130 222Z" fill="${green.mid}"/>
  <path d="M144 198C148 172 164 172 160 190S174 200 180 184S196 176 196 190S212 198 218 186S238 180 250 184"
    fill="none" stroke="${navy.dim}" stroke-width="3" stroke-linecap="round"/>`,
);

/** Two wrapped reams of paper with loose sheets on top. */
export const paperReam = frame(
  settings.desk,
  `${shadow(208, 236, 144, 28)}
  ${slab(206, 268, 130, 146, 42, wrapper)}
  <path d="M206 226L74.6 173.4M206 226L323 179.2" stroke="${blue.dim}" stroke-width="3"/>
  ${slab(206, 224, 130, 146, 42, wrapper)}
  <path d="M170 253.6L110 229.6V187.6L170 211.6ZM170 209.6L110 185.6V143.6L170 167.6Z" fill="${green.mid}"/>
  <path d="M170 167.6L110 143.6L227 96.8L287 120.8Z" fill="${leaf.mid}"/>
  <g transform="matrix(.9 .36 0 1 140 219)">${gate(0, 0, 0.95, mint, green.mid)}</g>
  <g transform="matrix(.9 .36 0 1 140 175)">${gate(0, 0, 0.95, mint, green.mid)}</g>
  ${slab(206, 177, 118, 134, 12, { lit: '#fffdf8', mid: '#f1ece0', dim: '#d9cfbb' })}
  <path d="M206 173L85.4 124.8M206 169L85.4 120.8M206 173L312.2 130.5M206 169L312.2 126.5"
    stroke="${wood.lit}" stroke-width=".8" opacity=".7"/>
  <path d="M212 160L104 109L210 74L304 121Z" fill="${ink.dim}" opacity=".13"/>
  <path d="M208 156L98 107L206 70L300 117Z" fill="#ffffff"/>`,
  138,
);

function wallNote(x: number, y: number, turn: number, fill: string, under: string): string {
  return `<g transform="translate(${x} ${y}) rotate(${turn})">
    <path d="M-34 -36H40V20Q36 38 14 42H-34Z" fill="${ink.dim}" opacity=".1"/>
    <path d="M-38 -38H38V14Q24 16 12 38H-38Z" fill="${fill}"/>
    <path d="M-38 -38H38V-28H-38Z" fill="${under}" opacity=".45"/>
    <path d="M38 14Q22 12 12 38Q32 36 38 14Z" fill="${under}"/>
    <path d="M-26 -14H24M-26 -1H12M-26 12H2" stroke="${ink.mid}" stroke-width="3.5" stroke-linecap="round"/>
    </g>`;
}

/** Pads of sticky notes in three colours, and two notes on the wall. */
export const stickyNotes = frame(
  settings.desk,
  `${wallNote(162, 92, -7, amber.lit, amber.mid)}${wallNote(250, 86, 5, '#a5d4bd', leaf.lit)}
  ${shadow(204, 244, 116, 26)}
  ${slab(262, 256, 76, 76, 26, leaf)}
  <path d="M262 249L193.6 221.6M262 243L193.6 215.6M262 237L193.6 209.6" stroke="${green.mid}" opacity=".5"/>
  ${slab(170, 268, 88, 88, 30, pink)}
  <path d="M170 260L90.8 228.3M170 253L90.8 221.3M170 246L90.8 214.3" stroke="${pink.dim}" opacity=".6"/>
  ${slab(170, 237, 88, 88, 30, amber)}
  <path d="M170 229L90.8 197.3M170 222L90.8 190.3M170 215L90.8 183.3" stroke="${amber.dim}" opacity=".6"/>
  <path d="M90.8 175.3L170 143.6L249.2 175.3L205 193Q170 178 135 193Z" fill="#edc375"/>`,
  178,
);
