import { frame, gate, paper, settings, shadow, slab, type Tone, tones } from './frame.ts';

const { amber, brick, cream, green, ink, leaf, steel, wood } = tones;

const bar: Tone = { lit: '#f6ecd6', mid: '#ead9b6', dim: '#cdb587' };

function sprig(x: number, y: number): string {
  return `<g transform="matrix(.9 .36 0 1 ${x} ${y})" fill="${cream.mid}">
    <path d="M0 10Q-10 6 -9 -4Q0 0 0 10ZM0 10Q10 6 9 -4Q0 0 0 10ZM0 0Q-6 -7 0 -14Q6 -7 0 0Z"/></g>`;
}

/** Wrapped bars of soap and one on a wooden dish. */
export const soap = frame(
  settings.household,
  `${shadow(196, 238, 140, 24)}
  ${slab(158, 250, 76, 104, 40, bar)}
  <path d="M131 239.2L95 224.8V184.8L131 199.2Z" fill="${green.mid}"/>
  <path d="M158 209L64.4 171.6M158 209L226.4 181.6" stroke="${bar.dim}" stroke-width="2.5"/>
  ${slab(158, 208, 76, 104, 40, bar)}
  <path d="M131 197.2L95 182.8V142.8L131 157.2Z" fill="${brick.mid}"/>
  <path d="M131 157.2L95 142.8L163.4 115.4L199.4 129.8Z" fill="${brick.lit}"/>
  ${sprig(113, 212)}${sprig(113, 170)}
  <ellipse cx="268" cy="254" rx="80" ry="20" fill="${wood.dim}"/>
  <ellipse cx="268" cy="248" rx="80" ry="20" fill="${wood.mid}"/>
  <ellipse cx="268" cy="247" rx="68" ry="15" fill="${wood.lit}"/>
  <ellipse cx="272" cy="250" rx="54" ry="9" fill="${wood.dim}" opacity=".6"/>
  <path d="M214 219V234Q214 250 232 250H304Q322 250 322 234V219Z"
    fill="${leaf.mid}"/>
  <path d="M322 219V234Q322 250 304 250H294L300 228Z" fill="${green.mid}"/>
  <ellipse cx="268" cy="219" rx="54" ry="16" fill="${leaf.lit}"/>
  <ellipse cx="264" cy="219" rx="36" ry="9" fill="none" stroke="${leaf.mid}" stroke-width="2.5"/>
  <g fill="${paper}"><circle cx="300" cy="212" r="14"/><circle cx="318" cy="228" r="9"/>
  <circle cx="284" cy="204" r="8"/>
    <circle cx="314" cy="210" r="7"/></g>
  <g fill="${paper}" fill-opacity=".45" stroke="${paper}" stroke-width="2.5">
    <circle cx="282" cy="148" r="17"/><circle cx="254" cy="112" r="9"/><circle cx="300" cy="104" r="6"/></g>
  <path d="M272 146A11 11 0 0 1 280 138" fill="none" stroke="#ffffff" stroke-width="3"
    stroke-linecap="round"/>`,
  170,
);

/** A canvas tote bag printed with the gate. */
export const toteBag = frame(
  settings.household,
  `${shadow(202, 248, 102, 11)}
  <path d="M158 112C158 20 242 20 242 112" fill="none" stroke="${cream.dim}" stroke-width="11"/>
  <path d="M116 106H284L296 236Q297 250 284 250H116Q103 250 104 236Z" fill="${cream.mid}"/>
  <path d="M250 106H284L296 236Q297 250 284 250H256Q270 190 250 106Z" fill="${cream.dim}"/>
  <path d="M116 106H284L285 118H115Z" fill="${cream.lit}"/>
  <path d="M115 119H285" stroke="${wood.lit}" stroke-width="1.5" stroke-dasharray="5 3"/>
  <path d="M150 130C150 24 250 24 250 130" fill="none" stroke="${cream.mid}" stroke-width="12"/>
  <path d="M146 128C146 74 173 46.5 200 46.5" fill="none" stroke="${paper}" stroke-width="3"/>
  <path d="M144 104H156V134H144ZM244 104H256V134H244Z" fill="${cream.lit}"/>
  <path d="M146 122L154 132M154 122L146 132M246 122L254 132M254 122L246 132"
    stroke="${brick.mid}" stroke-width="1.5"/>
  <path d="M118 250C114 236 122 228 120 214M280 250C284 240 276 226 282 212M132 250C136 244 134 238 138 232"
    fill="none" stroke="${wood.lit}" stroke-width="2" stroke-linecap="round"/>
  ${gate(198, 182, 2.4, green.mid, amber.lit)}`,
);

/** A snake plant in a clay pot. */
export const plant = frame(
  settings.household,
  `${shadow(202, 249, 74, 10)}
  <path d="M190 182C164 140 150 104 132 86C136 130 152 160 176 190Z" fill="${green.mid}"/>
  <path d="M132 86C140 120 158 154 184 186" fill="none" stroke="${leaf.lit}" stroke-width="3"/>
  <path d="M212 184C244 150 256 112 280 92C278 132 262 164 226 192Z" fill="${green.dim}"/>
  <path d="M280 92C276 132 258 164 226 190" fill="none" stroke="${leaf.mid}" stroke-width="3"/>
  <path d="M184 190C160 130 172 70 182 36C204 80 216 130 206 190Z" fill="${leaf.mid}"/>
  <path d="M182 36C204 80 216 130 206 190H196C200 130 196 80 182 36Z" fill="${green.mid}"/>
  <path d="M182 40C172 76 164 130 184 186" fill="none" stroke="${leaf.lit}" stroke-width="4"/>
  <path d="M204 190C206 130 224 84 240 60C248 104 246 150 224 190Z" fill="${green.mid}"/>
  <path d="M240 60C248 104 246 150 224 190H216C230 150 238 104 240 60Z" fill="${green.dim}"/>
  <path d="M240 62C224 86 208 130 206 184" fill="none" stroke="${leaf.lit}" stroke-width="3.5"/>
  <g fill="none" stroke="${green.dim}" stroke-width="3" opacity=".55" stroke-linecap="round">
    <path d="M175 84l14 4M172 108l24 2M172 132l26 0M174 156l26 -2M226 108l12 4M216 132l20 4M212 158l16 4"/>
    </g>
  <ellipse cx="200" cy="186" rx="54" ry="9" fill="${ink.mid}"/>
  <path d="M150 196H250L240 240Q238 250 228 250H172Q162 250 160 240Z" fill="${brick.lit}"/>
  <path d="M220 196H250L240 240Q238 250 228 250H208Q220 226 220 196Z" fill="${brick.mid}"/>
  <path d="M142 184Q200 194 258 184V206Q200 216 142 206Z" fill="${brick.lit}"/>
  <path d="M222 188.5Q242 187 258 184V206Q242 209 222 210.5Z" fill="${brick.mid}"/>
  <path d="M150 190V203" stroke="#d98d75" stroke-width="5" stroke-linecap="round"/>
  <path d="M152 211Q200 218 248 211" fill="none" stroke="${brick.dim}" stroke-width="3" opacity=".5"/>`,
);

/** An open umbrella with a crook handle, resting on its edge. */
export const umbrella = frame(
  settings.household,
  `${shadow(190, 250, 120, 10)}
  <g transform="translate(238 108) rotate(50) scale(.94)">
    <path d="M0 60V168" stroke="${steel.dim}" stroke-width="6"/>
    <path d="M-2 60V168" stroke="${steel.lit}" stroke-width="2"/>
    <path d="M0 164V194C0 216 34 216 34 194" fill="none" stroke="${wood.dim}"
      stroke-width="11" stroke-linecap="round"/>
    <path d="M-2 164V194C-2 210 14 212 22 208" fill="none" stroke="${wood.mid}"
      stroke-width="5" stroke-linecap="round"/>
    <path d="M0 -16V4" stroke="${ink.mid}" stroke-width="6" stroke-linecap="round"/>
    <path d="M-128 84C-122 22 -62 -4 0 -4S122 22 128 84Q104 70 84 84Q64 70 42 84Q22 70 0 84Q-22 70 -42 84
      Q-64 70 -84 84Q-104 70 -128 84Z" fill="${green.mid}"/>
    <path d="M-128 84C-122 22 -62 -4 0 -4C-50 4 -80 40 -84 84Q-104 70 -128 84Z" fill="${green.lit}"/>
    <path d="M0 -4C-26 6 -40 44 -42 84Q-64 70 -84 84C-80 40 -50 4 0 -4Z" fill="${green.mid}"/>
    <path d="M0 -4C-26 6 -40 44 -42 84Q-22 70 0 84Q22 70 42 84C40 44 26 6 0 -4Z" fill="${cream.mid}"/>
    <path d="M0 -4C26 6 40 44 42 84Q64 70 84 84C80 40 50 4 0 -4Z" fill="${green.mid}"/>
    <path d="M0 -4C50 4 80 40 84 84Q104 70 128 84C122 22 62 -4 0 -4Z" fill="${green.dim}"/>
  </g>`,
);

/** A green first-aid case with a white cross, and a roll of bandage. */
export const firstAidKit = frame(
  settings.household,
  `${shadow(200, 249, 132, 11)}
  <path d="M164 88V70Q164 56 178 56H222Q236 56 236 70V88" fill="none" stroke="${ink.mid}" stroke-width="11"/>
  <path d="M160 84H176M224 84H240" stroke="${steel.dim}" stroke-width="12"/>
  <rect x="84" y="86" width="232" height="162" rx="18" fill="${green.mid}"/>
  <path d="M284 86H298Q316 86 316 104V230Q316 248 298 248H284Z" fill="${green.dim}"/>
  <path d="M94 108Q94 95 106 95H282" fill="none" stroke="${leaf.lit}" stroke-width="4"
    stroke-linecap="round"/>
  <path d="M84 130H316V135H84Z" fill="${ink.dim}" opacity=".35"/>
  <path d="M112 120H138V146H112ZM246 120H272V146H246Z" fill="${steel.mid}"/>
  <path d="M112 134H138V146H112ZM246 134H272V146H246Z" fill="${steel.dim}"/>
  <path d="M178 147H206V177H236V205H206V235H178V205H148V177H178Z" fill="${paper}"/>
  <path d="M198 147H206V177H236V205H206V235H198Z" fill="${cream.dim}" opacity=".6"/>
  <ellipse cx="306" cy="264" rx="40" ry="7" fill="${ink.dim}" opacity=".16"/>
  <path d="M270 222V258A28 9 0 0 0 326 258V222Z" fill="${cream.mid}"/>
  <path d="M308 222H326V258Q324 264 308 266Z" fill="${cream.dim}"/>
  <ellipse cx="298" cy="222" rx="28" ry="9" fill="${cream.lit}"/>
  <path d="M282 222A16 5 0 1 0 298 217A10 3.5 0 1 0 304 223" fill="none" stroke="${wood.lit}"
    stroke-width="2"/>
  <path d="M278 232V258" stroke="${paper}" stroke-width="4"/>`,
);
