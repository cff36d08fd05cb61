import { frame, gate, paper, settings, shadow, tones } from './frame.ts';

const { amber, brick, coffee, cream, green, ink, leaf, steel, wood } = tones;

function bean(x: number, y: number, turn: number): string {
  return `<g transform="translate(${x} ${y}) rotate(${turn})"><ellipse rx="11" ry="7.5"/>
    <path d="M-10 1Q-3 -4 0 0T10 -1"/></g>`;
}

/** A kraft bag of coffee beans with a window, and a few beans before it. */
export const coffeeBeans = frame(
  settings.pantry,
  `${shadow(204, 249, 94, 10)}
  <path d="M278 264A26 5 0 0 1 330 264A26 5 0 0 1 278 264ZM98 267A14 4 0 0 1 126 267A14 4 0 0 1 98 267Z"
    fill="${ink.dim}" opacity=".14"/>
  <path d="M134 84L122 238Q122 250 134 250H266Q278 250 278 238L266 84Z" fill="${wood.mid}"/>
  <path d="M134 84L122 238Q122 250 134 250H150Q146 160 152 84Z" fill="${wood.lit}"/>
  <path d="M248 84H266L278 238Q278 250 266 250H250Q256 160 248 84Z" fill="${wood.dim}"/>
  <path d="M132 42H268V84H132Z" fill="${wood.mid}"/><path d="M132 42H268V50H132Z" fill="${wood.lit}"/>
  <path d="M132 84H268V88H132Z" fill="${wood.dim}"/>
  <path d="M124 66H276" stroke="${ink.mid}" stroke-width="8" stroke-linecap="round"/>
  <path d="M126 64H274" stroke="${ink.lit}" stroke-width="2" stroke-linecap="round"/>
  <rect x="158" y="98" width="84" height="52" rx="4" fill="${cream.lit}"/>
  <path d="M158 142H242V146Q242 150 238 150H162Q158 150 158 146Z" fill="${green.mid}"/>
  ${gate(200, 119, 1.15, green.mid, paper)}
  <path d="M160 234V196A40 36 0 0 1 240 196V234Z" fill="${coffee.dim}"/>
  <g fill="${coffee.mid}" stroke="${coffee.dim}" stroke-width="2">
  ${bean(176, 190, 30)}${bean(200, 178, -20)}${bean(224, 192, 60)}${bean(198, 198, 10)}
  ${bean(176, 214, -30)}${bean(201, 220, 40)}${bean(225, 216, -10)}
  ${bean(108, 262, 20)}${bean(290, 258, -16)}${bean(312, 260, 24)}</g>
  <path d="M160 234V196A40 36 0 0 1 240 196V234Z" fill="none" stroke="${cream.mid}" stroke-width="4"/>`,
);

/** A tin of leaf tea and a glass of tea. */
export const tea = frame(
  settings.pantry,
  `${shadow(160, 247, 74, 10)}${shadow(278, 252, 54, 9)}
  <path d="M96 78V236A60 12 0 0 0 216 236V78Z" fill="${green.mid}"/>
  <path d="M182 78H216V236Q214 244 186 247Z" fill="${green.dim}"/>
  <path d="M110 100V238" stroke="${green.lit}" stroke-width="7"/>
  <path d="M92 60V84A64 13 0 0 0 220 84V60Z" fill="${amber.mid}"/>
  <path d="M184 60H220V84Q218 90 188 95Z" fill="${amber.dim}"/>
  <ellipse cx="156" cy="60" rx="64" ry="13" fill="${amber.lit}"/>
  <ellipse cx="156" cy="60" rx="50" ry="9" fill="none" stroke="${amber.mid}" stroke-width="2"/>
  <path d="M122 114Q156 122 190 114V210Q156 219 122 210Z" fill="${cream.mid}"/>
  <path d="M127 120Q156 127 185 120V205Q156 213 127 205Z" fill="none" stroke="${amber.mid}"
    stroke-width="1.5"/>
  <path d="M156 200V160" stroke="${green.mid}" stroke-width="3"/>
  <path d="M156 164C144 152 146 138 156 128C166 138 168 152 156 164Z" fill="${leaf.mid}"/>
  <path d="M155 184C136 184 130 172 132 158C148 158 156 168 155 184Z" fill="${green.mid}"/>
  <path d="M157 184C176 184 182 172 180 158C164 158 156 168 157 184Z" fill="${green.dim}"/>
  <g fill="none" stroke="${paper}" stroke-width="4" stroke-linecap="round">
    <path d="M266 152C258 142 274 134 266 122M284 154C276 144 292 136 284 124"/></g>
  <ellipse cx="276" cy="247" rx="50" ry="9" fill="${cream.dim}"/>
  <ellipse cx="276" cy="244" rx="50" ry="9" fill="${cream.lit}"/>
  <ellipse cx="280" cy="245" rx="32" ry="5" fill="${cream.dim}"/>
  <path d="M242 168H310L300 240Q299 245 292 245H260Q253 245 252 240Z" fill="${paper}" opacity=".75"/>
  <path d="M244 182H308L300 237Q299 241 292 241H260Q253 241 252 237Z" fill="#b4662c"/>
  <path d="M288 182H308L300 237Q299 241 292 241H280Q288 214 288 182Z" fill="#95501f"/>
  <ellipse cx="276" cy="182" rx="32" ry="5.5" fill="#cf8748"/>
  <path d="M254 192L259 228" stroke="#e0a468" stroke-width="4" stroke-linecap="round"/>
  <ellipse cx="276" cy="168" rx="34" ry="6" fill="none" stroke="${paper}" stroke-width="2"/>`,
);

/** An open sack of rice with a wooden scoop. */
export const rice = frame(
  settings.pantry,
  `${shadow(204, 248, 112, 12)}
  <path d="M118 104C96 150 88 208 98 238Q102 250 118 250H284Q298 250 302 238C312 208 304 150 282 104Z"
    fill="#c8aa7c"/>
  <path d="M246 104H282C304 150 312 208 302 238Q298 250 284 250H240C268 200 266 150 246 104Z" fill="#ab8a5c"/>
  <path d="M124 124C108 160 104 204 110 234" fill="none" stroke="#dcc49c" stroke-width="9"
    stroke-linecap="round"/>
  <g fill="none" stroke="#ab8a5c" stroke-width="2" stroke-linecap="round">
    <path d="M150 120C144 136 146 146 140 158M196 120C198 130 192 140 196 148
      M134 250C130 240 130 230 136 222"/></g>
  <path d="M256 34L232 96" stroke="${wood.dim}" stroke-width="13" stroke-linecap="round"/>
  <path d="M253 36L230 94" stroke="${wood.mid}" stroke-width="5" stroke-linecap="round"/>
  <path d="M112 98C130 62 168 50 200 52S274 66 288 98Z" fill="${cream.lit}"/>
  <path d="M226 55C256 62 278 76 288 98H232C240 84 238 68 226 55Z" fill="${cream.dim}"/>
  <path d="M214 84Q234 66 256 84L248 104H220Z" fill="${wood.mid}"/>
  <path d="M240 76Q250 78 256 84L248 104H238Z" fill="${wood.dim}"/>
  <g fill="none" stroke="${cream.dim}" stroke-width="3.5" stroke-linecap="round">
    <path d="M150 78l7 -3M168 66l6 3M184 78l7 -2M196 62l6 3M138 90l6 2M166 90l7 -3M206 74l2 6M190 92l6 2"/>
    </g>
  <path d="M116 92C102 92 98 116 114 120C160 132 240 132 286 120C302 116 298 92 284 92C300 104 240 110 200 110
    S100 104 116 92Z" fill="#d8be93"/>
  <path d="M250 107C284 104 292 98 284 92C298 92 302 116 286 120C274 123 262 125 248 126Z" fill="#b9986a"/>
  <ellipse cx="196" cy="188" rx="46" ry="42" fill="none" stroke="${green.mid}" stroke-width="3.5"/>
  <path d="M196 222C198 200 196 180 204 160" fill="none" stroke="${green.mid}" stroke-width="3.5"/>
  <g fill="${green.mid}"><path d="M204 162q-6 -8 2 -16q6 8 -2 16zM200 176q-14 -2 -14 -14q14 2 14 14z"/>
    <path d="M201 178q14 -2 14 -14q-14 2 -14 14zM198 194q-14 -2 -14 -14q14 2 14 14z
      M199 196q14 -2 14 -14q-14 2 -14 14z"/>
    <path d="M197 211q-14 -2 -14 -14q14 2 14 14zM198 213q14 -2 14 -14q-14 2 -14 14z"/></g>
  <g fill="${paper}"><path d="M92 258l9 -3l2 3l-9 3zM112 264l9 2l-2 3l-9 -2zM304 260l9 -3l2 3l-9 3z"/></g>`,
);

const lentil = '#d5793f';

/** A clear pack of red lentils and a wooden bowl of them. */
export const lentils = frame(
  settings.pantry,
  `${shadow(172, 247, 86, 10)}${shadow(268, 258, 70, 10)}
  <path d="M108 60H232L238 236Q238 248 226 248H114Q102 248 102 236Z" fill="${lentil}"/>
  <path d="M206 60H232L238 236Q238 248 226 248H204Q216 160 206 60Z" fill="#b65f2c"/>
  <path d="M108 60H232V86H108Z" fill="${cream.mid}"/><path d="M206 60H232V86H206Z" fill="${cream.dim}"/>
  <path d="M106 44H234V66H106Z" fill="${green.mid}"/>
  <path d="M106 55H234" stroke="${green.lit}" stroke-width="2"
    stroke-dasharray="5 4"/>
  <path d="M107.5 85C130 78 150 92 172 86S214 80 232.5 88V96H107Z" fill="${lentil}"/>
  <path d="M206 84Q220 82 232.5 88V98H206Z" fill="#b65f2c"/>
  <g fill="none" stroke="#eba06a" stroke-width="6" stroke-linecap="round">
    <path d="M120 106h.1M136 100h.1M154 106h.1M176 100h.1M192 108h.1
      M120 226h.1M138 234h.1M158 226h.1M178 234h.1"/></g>
  <g fill="none" stroke="#b65f2c" stroke-width="6" stroke-linecap="round">
    <path d="M128 112h.1M146 112h.1M166 108h.1M184 98h.1M130 222h.1M148 238h.1M168 238h.1M188 228h.1"/></g>
  <path d="M118 120V210" stroke="${paper}" stroke-width="5" stroke-linecap="round" opacity=".5"/>
  <rect x="130" y="124" width="80" height="88" rx="6" fill="${cream.lit}"/>
  <path d="M130 196H210V206Q210 212 204 212H136Q130 212 130 206Z" fill="${brick.mid}"/>
  <path d="M145 158H195A25 22 0 0 1 145 158Z" fill="${green.mid}"/>
  <path d="M148 157A22 12 0 0 1 192 157Z" fill="${lentil}"/>
  <path d="M206 206H330Q328 258 284 258H252Q208 258 206 206Z" fill="${wood.mid}"/>
  <path d="M296 206H330Q328 258 284 258H262Q296 246 296 206Z" fill="${wood.dim}"/>
  <path d="M218 220Q224 242 240 250" fill="none" stroke="${wood.lit}" stroke-width="5"
    stroke-linecap="round"/>
  <ellipse cx="268" cy="206" rx="62" ry="14" fill="${wood.lit}"/>
  <ellipse cx="268" cy="206" rx="54" ry="10" fill="${wood.dim}"/>
  <path d="M216 206Q240 184 268 184T320 206Q300 216 268 216T216 206Z" fill="${lentil}"/>
  <g fill="none" stroke="#eba06a" stroke-width="6" stroke-linecap="round">
    <path d="M236 202h.1M250 194h.1M262 204h.1M276 192h.1M284 206h.1M300 202h.1M248 210h.1"/></g>`,
);

/** A jar of honey with a wooden dipper. */
export const honey = frame(
  settings.pantry,
  `${shadow(186, 248, 88, 11)}
  <path d="M120 100Q120 88 132 88H236Q248 88 248 100Q262 108 262 126V230Q262 248 244 248H124Q106 248
    106 230V126
    Q106 108 120 100Z" fill="${amber.lit}"/>
  <path d="M112 132Q112 116 126 112H242Q256 116 256 132V228Q256 242 242 242H126Q112 242 112 228Z"
    fill="${amber.mid}"/>
  <path d="M226 112H242Q256 116 256 132V228Q256 242 242 242H222Q236 176 226 112Z" fill="${amber.dim}"/>
  <path d="M122 132V224" stroke="#f0cb86" stroke-width="7" stroke-linecap="round"/>
  <path d="M120 88H248V104H120Z" fill="#f0d9a8"/>
  <rect x="112" y="56" width="144" height="36" rx="7" fill="${cream.mid}"/>
  <path d="M222 56H249Q256 56 256 63V85Q256 92 249 92H222Z" fill="${cream.dim}"/>
  <path d="M124 58V90M140 58V90M156 58V90M172 58V90M188 58V90M204 58V90M220 58V90M236 58V90"
    stroke="${wood.lit}"
    stroke-width="2"/>
  <path d="M116 60H250" stroke="${paper}" stroke-width="4" stroke-linecap="round"/>
  <path d="M184 130L232 156V206L184 232L136 206V156Z" fill="${cream.lit}"/>
  <path d="M184 138L225 160V202L184 224L143 202V160Z" fill="none" stroke="${amber.mid}" stroke-width="2"/>
  <ellipse cx="176" cy="166" rx="10" ry="15" fill="${steel.mid}" transform="rotate(-38 176 166)"/>
  <ellipse cx="194" cy="166" rx="9" ry="14" fill="${steel.lit}" transform="rotate(30 194 166)"/>
  <ellipse cx="186" cy="188" rx="23" ry="15" fill="${amber.mid}"/>
  <path d="M180 173.5V202.5M194 174V202" stroke="${ink.mid}" stroke-width="6"/>
  <circle cx="164" cy="186" r="9" fill="${ink.mid}"/>
  <path d="M160 179Q154 172 150 176M166 177Q164 168 158 168" fill="none" stroke="${ink.mid}"
    stroke-width="2"/>
  <path d="M278 262A36 6 0 0 1 350 262A36 6 0 0 1 278 262Z" fill="${ink.dim}" opacity=".14"/>
  <path d="M276 258Q284 248 312 249T342 257Q332 264 306 264T276 258Z" fill="${amber.mid}"/>
  <g transform="translate(310 232) rotate(-24)">
    <path d="M0 0V-134" stroke="${wood.mid}" stroke-width="9" stroke-linecap="round"/>
    <path d="M-2 -30V-132" stroke="${wood.lit}" stroke-width="3" stroke-linecap="round"/>
    <path d="M-9 -28H9M-15 -18H15M-17 -8H17M-17 2H17M-14 12H14M-8 21H8" stroke="${wood.mid}" stroke-width="8"
      stroke-linecap="round"/>
    <path d="M-9 -29H0M-15 -19H0M-17 -9H0M-17 1H0M-14 11H0" stroke="${wood.lit}"
      stroke-width="4" stroke-linecap="round"/>
    <path d="M-9 -23H9M-14 -13H14M-16 -3H16M-15 7H15M-11 16.5H11" stroke="${wood.dim}" stroke-width="2"/></g>
  <path d="M290 257Q306 246 322 252Q330 258 316 260Z" fill="${amber.lit}"/>`,
);
