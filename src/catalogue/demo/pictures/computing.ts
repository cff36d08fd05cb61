import { frame, gate, mint, paper, settings, shadow, tones } from './frame.ts';

const { amber, blue, brick, green, ink, leaf, steel } = tones;

/** A laptop, open, with the gate on its screen. */
export const laptop = frame(
  settings.computing,
  `${shadow(200, 250, 146, 11)}
  <rect x="92" y="52" width="216" height="148" rx="10" fill="${steel.dim}"/>
  <rect x="92" y="52" width="214" height="148" rx="10" fill="${ink.mid}"/>
  <path d="M100 61H298V188H100Z" fill="${green.dim}"/>
  <path d="M100 61H236L164 188H100Z" fill="${green.mid}"/>
  <path d="M100 61H150L100 150Z" fill="${green.lit}" opacity=".45"/>
  ${gate(199, 122, 2.3, mint, green.dim)}
  <circle cx="199" cy="56.5" r="1.4" fill="${ink.lit}"/>
  <path d="M112 196H288V204H112Z" fill="${ink.dim}"/>
  <path d="M94 203H306L334 240H66Z" fill="${steel.mid}"/>
  <path d="M94 203H278L292 240H66Z" fill="${steel.lit}"/>
  <path d="M66 240H334V243Q334 250 326 250H74Q66 250 66 243Z" fill="${steel.dim}"/>
  <path d="M178 240H222Q222 244 217 244H183Q178 244 178 240Z" fill="${ink.lit}" opacity=".55"/>
  <path d="M108 206H292L302 224H98Z" fill="${steel.dim}"/>
  <g fill="none" stroke="${ink.mid}">
    <path d="M110 209H291" stroke-width="3" stroke-dasharray="10 2.2"/>
    <path d="M106 213.5H295" stroke-width="3.4" stroke-dasharray="14 2.2 10.5 2.2 10.5 2.2"/>
    <path d="M103 218H298" stroke-width="3.6" stroke-dasharray="18 2.2 10.8 2.2 10.8 2.2"/>
    <path d="M101 222.3H150M152.5 222.3H240M242.5 222.3H300" stroke-width="3.2"/>
  </g>
  <path d="M170 227H230L233 237H167Z" fill="${steel.mid}"/>
  <path d="M67 240H333" stroke="${paper}" stroke-width="1.4"/>`,
);

const plainKeys = `<path d="M-125 -38H125" stroke-dasharray="14 2.85"/>
  <path d="M-124.5 -20H-104M-124.5 -3H-97.4M-124.5 14H-90M-124.5 31H-108"/>
  <path d="M-101.5 -20H98" stroke-dasharray="14 2.85"/>
  <path d="M-94.5 -3H88" stroke-dasharray="14 2.85"/><path d="M-87.5 14H78" stroke-dasharray="14 2.85"/>
  <path d="M-105.5 31H-66" stroke-dasharray="18 2.85"/><path d="M-62.5 31H38"/>
  <path d="M41 31H125" stroke-dasharray="14.5 2.85"/><path d="M101 -20H125M81 14H125"/>`;
const colouredKeys = `<path d="M-125 -38H-111" stroke="${amber.mid}"/>
  <path d="M91.5 -3H125" stroke="${green.mid}"/>`;

/** A full-size keyboard with a green enter key, on its lead. */
export const keyboard = frame(
  settings.computing,
  `${shadow(208, 218, 160, 30)}
  <path d="M236 150C240 112 290 116 308 130S366 140 400 122" fill="none" stroke="${ink.mid}"
    stroke-width="5"/>
  <g transform="matrix(1.05 -.13 .26 .76 198 180)">
    <rect x="-136" y="-52" width="272" height="98" rx="9" fill="${blue.dim}" transform="translate(-6 22)"/>
  </g>
  <g transform="matrix(1.05 -.13 .26 .76 198 180)">
    <rect x="-136" y="-52" width="272" height="98" rx="9" fill="${blue.mid}"/>
    <rect x="-134" y="-50.5" width="268" height="94" rx="8" fill="none" stroke="${blue.lit}"
      stroke-width="2"/>
  </g>
  <g stroke-width="14" fill="none">
    <g transform="matrix(1.05 -.13 .26 .76 198 180)" stroke="${blue.dim}">${plainKeys}</g>
    <g transform="matrix(1.05 -.13 .26 .76 198 176)" stroke="${paper}">${plainKeys}${colouredKeys}</g>
  </g>`,
  118,
);

function mouseLayer(y: number, scale: number, fill: string): string {
  return `<path transform="translate(204 ${y}) scale(${scale}) matrix(.866 -.31 .5 .537 0 0)" fill="${fill}"
    d="M0 -75C34 -75 46 -52 47 -20C48 20 46 75 0 75S-48 20 -47 -20C-46 -52 -34 -75 0 -75Z"/>`;
}

/** A wired two-button mouse on a round mat. */
export const mouse = frame(
  settings.computing,
  `<g transform="translate(0 -20)">${shadow(200, 224, 140, 50)}
  <ellipse cx="200" cy="216" rx="138" ry="54" fill="${green.dim}"/>
  <ellipse cx="200" cy="210" rx="138" ry="54" fill="${green.mid}"/>
  <ellipse cx="200" cy="210" rx="129" ry="49" fill="none" stroke="${green.lit}" stroke-width="1.5"/>
  <path d="M166 168C132 132 112 178 76 174S34 152 0 160" fill="none" stroke="${ink.mid}" stroke-width="6"/>
  <ellipse cx="232" cy="222" rx="84" ry="26" fill="${ink.dim}" opacity=".3" transform="rotate(12 232 222)"/>
  ${mouseLayer(208, 1.24, blue.dim)}${mouseLayer(203, 1.32, blue.dim)}${mouseLayer(198, 1.34, blue.mid)}
  ${mouseLayer(193, 1.32, blue.lit)}${mouseLayer(188, 1.26, steel.mid)}${mouseLayer(184, 1.16, steel.lit)}
  <g transform="matrix(1.05 -.37 .6 .65 204 184)" fill="none">
    <path d="M-45 -16Q0 2 45 -16M0 -71V-7" stroke="${steel.dim}" stroke-width="2.5"/>
    <path d="M0 -51V-27" stroke="${ink.mid}" stroke-width="17" stroke-linecap="round"/>
    <path d="M-1 -49V-29" stroke="${amber.mid}" stroke-width="9" stroke-linecap="round"/></g></g>`,
  126,
);

/** A monitor on its stand, showing hills at sunrise. */
export const monitor = frame(
  settings.computing,
  `${shadow(200, 247, 84, 9)}
  <ellipse cx="200" cy="244" rx="66" ry="10" fill="${steel.dim}"/>
  <ellipse cx="200" cy="239" rx="66" ry="10" fill="${steel.mid}"/>
  <path d="M136 238A66 10 0 0 1 200 229.5" fill="none" stroke="${paper}" stroke-width="1.5"/>
  <ellipse cx="206" cy="240" rx="30" ry="4.5" fill="${steel.dim}"/>
  <path d="M184 190H216L220 238Q200 244 180 238Z" fill="${steel.dim}"/>
  <path d="M184 190H204L205 241Q190 241 180 238Z" fill="${steel.lit}"/>
  <path d="M184 202H216L217 210H183.5Z" fill="${ink.lit}" opacity=".5"/>
  <rect x="66" y="40" width="268" height="164" rx="9" fill="${ink.dim}"/>
  <rect x="66" y="40" width="266" height="162" rx="9" fill="${ink.mid}"/>
  <path d="M74 48H324V184H74Z" fill="#dbe9e4"/>
  <circle cx="248" cy="104" r="22" fill="${amber.lit}"/>
  <path d="M74 128C104 106 126 96 152 112S206 132 236 116S292 96 324 112V184H74Z" fill="${blue.lit}"/>
  <path d="M74 146C118 120 158 128 192 146S276 138 324 126V184H74Z" fill="${leaf.lit}"/>
  <path d="M74 160C120 148 170 150 214 162S290 160 324 152V184H74Z" fill="${leaf.mid}"/>
  <path d="M74 184C104 164 178 166 230 184Z" fill="${green.mid}"/>
  <path d="M118 86Q126 78 134 86Q142 78 150 86M152 72Q158 66 164 72Q170 66 176 72" fill="none"
    stroke="${blue.dim}" stroke-width="2"/>
  <path d="M74 48H186L110 184H74Z" fill="${paper}" opacity=".16"/>
  <circle cx="200" cy="193" r="2.5" fill="${leaf.lit}"/>`,
);

/** A headset with padded cups and a microphone arm. */
export const headset = frame(
  settings.computing,
  `${shadow(200, 246, 112, 10)}
  <path d="M124 176C108 18 292 18 276 176" fill="none" stroke="${ink.dim}" stroke-width="15"/>
  <path d="M120 172C113 92 149 54 200 53" fill="none" stroke="${ink.lit}" stroke-width="3.5"
    stroke-linecap="round"/>
  <path d="M144 92C164 58 236 58 256 92" fill="none" stroke="${brick.dim}" stroke-width="17"
    stroke-linecap="round"/>
  <path d="M144 90C164 56 236 56 256 90" fill="none" stroke="${brick.mid}" stroke-width="11"
    stroke-linecap="round"/>
  <g transform="rotate(7 124 190)">
    <rect x="94" y="142" width="42" height="96" rx="20" fill="${ink.mid}"/>
    <rect x="98" y="148" width="10" height="84" rx="5" fill="${ink.lit}"/>
    <rect x="126" y="136" width="30" height="108" rx="15" fill="${brick.mid}"/>
    <rect x="130" y="144" width="8" height="90" rx="4" fill="${brick.lit}"/>
  </g>
  <g transform="rotate(-7 276 190)">
    <rect x="264" y="142" width="42" height="96" rx="20" fill="${ink.dim}"/>
    <rect x="244" y="136" width="30" height="108" rx="15" fill="${brick.dim}"/>
    <rect x="248" y="144" width="9" height="90" rx="4.5" fill="${brick.mid}"/>
  </g>
  <circle cx="106" cy="192" r="9" fill="${steel.mid}"/>
  <path d="M106 192C106 232 150 240 188 212" fill="none" stroke="${steel.dim}" stroke-width="6"/>
  <path d="M107 198C110 226 148 234 184 210" fill="none" stroke="${steel.lit}" stroke-width="2"/>
  <circle cx="106" cy="192" r="4" fill="${ink.lit}"/>
  <path d="M182 216L204 200" stroke="${ink.dim}" stroke-width="15" stroke-linecap="round"/>
  <path d="M183 212L193 205" stroke="${ink.lit}" stroke-width="4" stroke-linecap="round"/>`,
);
