/** Three tones of one material: the lit side, the body and the shaded side. */
export interface Tone {
  readonly lit: string;
  readonly mid: string;
  readonly dim: string;
}

/** The background of one category: the wall, the niche in it and the table before it. */
export interface Setting {
  readonly wall: string;
  readonly niche: string;
  readonly reveal: string;
  readonly table: string;
  readonly edge: string;
}

/** The colour of unprinted paper and of highlights. */
export const paper = '#faf8f3';

/** The palest gate green, for prints on dark green. */
export const mint = '#cfe5da';

/** The materials that all pictures share. */
export const tones = {
  ink: { lit: '#40524c', mid: '#2b3b36', dim: '#1d2a26' },
  green: { lit: '#3b8d70', mid: '#1f6f54', dim: '#165340' },
  leaf: { lit: '#6fb795', mid: '#3b8d70', dim: '#1f6f54' },
  amber: { lit: '#e2b163', mid: '#c98a2b', dim: '#a36c1c' },
  brick: { lit: '#c46a50', mid: '#a5482f', dim: '#823522' },
  blue: { lit: '#b4c6ce', mid: '#8fa7b3', dim: '#6c8692' },
  wood: { lit: '#d0ae83', mid: '#b58a5f', dim: '#8f6a45' },
  cream: { lit: '#faf8f3', mid: '#f2e9d8', dim: '#dccfb5' },
  steel: { lit: '#e9edec', mid: '#c6d0d2', dim: '#98a7ac' },
  coffee: { lit: '#7d5338', mid: '#6d4630', dim: '#3d2519' },
} as const satisfies Record<string, Tone>;

/** The backgrounds, one for each category. */
export const settings = {
  computing: { wall: '#dde6e9', niche: '#ebf0f1', reveal: '#d0dbdf', table: '#c9d5da', edge: '#d6e0e3' },
  desk: { wall: '#efe6d5', niche: '#f7f1e5', reveal: '#e4d8c2', table: '#ddcfb5', edge: '#e8dcc6' },
  kitchen: { wall: '#f1ded3', niche: '#f8ebe4', reveal: '#e7cfc1', table: '#e0c3b3', edge: '#ebd3c6' },
  pantry: { wall: '#f3e2bd', niche: '#f9eed6', reveal: '#e8d3a6', table: '#e2c993', edge: '#edd9ae' },
  household: { wall: '#d8e8de', niche: '#e8f2ec', reveal: '#c9ddd1', table: '#c0d8ca', edge: '#cfe2d7' },
} as const satisfies Record<string, Setting>;

/** A complete SVG document: the things drawn in `body` on the table, whose far edge is at `horizon`. */
export function frame(setting: Setting, body: string, horizon = 212): string {
  const { wall, niche, reveal, table, edge } = setting;
  const open = 'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300" width="400" height="300" role="img"';
  const svg = `<svg ${open}>
    <path d="M0 0H400V300H0Z" fill="${wall}"/>
    <path d="M72 ${horizon}V146A128 128 0 0 1 328 146V${horizon}Z" fill="${reveal}"/>
    <path d="M79 ${horizon}V149A124.5 124.5 0 0 1 328 149V${horizon}Z" fill="${niche}"/>
    <path d="M0 ${horizon}H400V300H0Z" fill="${table}"/>
    <path d="M0 ${horizon}H400V${horizon + 4}H0Z" fill="${edge}"/>
    ${body}</svg>`;
  return svg.replace(/>\s+</g, '><').replace(/\s*\n\s*/g, ' ');
}

/** The soft shadow under a thing: it falls a little to the right, away from the light. */
export function shadow(x: number, y: number, rx: number, ry: number): string {
  const inner = `cx="${x + 3}" cy="${y}" rx="${Math.round(rx * 0.86)}" ry="${Math.round(ry * 0.66)}"`;
  return `<g fill="${tones.ink.dim}">
    <ellipse cx="${x + 8}" cy="${y + 1}" rx="${rx}" ry="${ry}" opacity=".09"/>
    <ellipse ${inner} opacity=".16"/></g>`;
}

/** The gatehouse mark: an arch over two doors on a sill, 32 units wide at scale 1. */
export function gate(x: number, y: number, scale: number, fill: string, knob: string): string {
  return `<g transform="translate(${x} ${y}) scale(${scale})" fill="${fill}">
    <path d="M-16 17.5V14H-13V-3A13 13 0 0 1 13 -3V14H16V17.5ZM-9.8 14H9.8V-3A9.8 9.8 0 0 0 -9.8 -3Z"
      fill-rule="evenodd"/>
    <path d="M-7.6 14V-3A7.6 7.6 0 0 1 -.9 -10.5V14ZM7.6 14V-3A7.6 7.6 0 0 0 .9 -10.5V14Z"/>
    <circle cx="-3.2" cy="2" r="1.3" fill="${knob}"/><circle cx="3.2" cy="2" r="1.3" fill="${knob}"/></g>`;
}

/** A block seen over its front corner (x, y): a runs back to the right, b to the left, h goes up. */
export function slab(x: number, y: number, a: number, b: number, h: number, tone: Tone): string {
  const right = `${a * 0.9} ${-a * 0.36}`;
  const left = `${-b * 0.9} ${-b * 0.36}`;
  const join = `stroke-width=".6" stroke-linejoin="round"`;
  return `<path d="M${x} ${y}l${left}v${-h}L${x} ${y - h}Z" fill="${tone.mid}" stroke="${tone.mid}" ${join}/>
    <path d="M${x} ${y}l${right}v${-h}L${x} ${y - h}Z" fill="${tone.dim}" stroke="${tone.dim}" ${join}/>
    <path d="M${x} ${y - h}l${left}l${right}L${x + a * 0.9} ${y - h - a * 0.36}Z" fill="${tone.lit}"/>`;
}
