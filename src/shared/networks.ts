import ipaddr from 'ipaddr.js';

const BITS_PER_PART = 16;

/** In bits, narrow to wide. */
const IPV6_PREFIXES = [64, 56, 48] as const;

/** What throttles count an address by: itself, or the /64 of an IPv6 one. */
export function networkOf(address: string): string {
  return networksOf(address)[0];
}

/**
 * The networks of an address, narrow to wide: of IPv6 also the /56 and the /48, as much as one subscriber is often given
 * (RFC 6177); of IPv4 the address alone. What is no address is its own.
 */
export function networksOf(address: string): readonly [string, ...string[]] {
  if (!ipaddr.isValid(address)) return [address];
  const ip = ipaddr.process(address);
  if (ip.kind() === 'ipv4') return [ip.toString()];
  const { parts } = ip as ipaddr.IPv6;
  const [narrow, ...wider] = IPV6_PREFIXES;
  return [prefixOf(parts, narrow), ...wider.map((bits) => prefixOf(parts, bits))];
}

/** A network, as `networkOf` gives it, and those around it, narrow to wide. */
export function networksAround(network: string): readonly string[] {
  return networksOf(network.replace(/\/64$/, ''));
}

/** The widest network that is counted around one: of IPv6 its /48, of IPv4 the address itself. */
export function widestAround(network: string): string {
  return networksAround(network).at(-1) ?? network;
}

/** The first bits of an IPv6 address, as text. */
function prefixOf(parts: readonly number[], bits: number): string {
  const kept = parts.slice(0, Math.ceil(bits / BITS_PER_PART)).map((part, index) => {
    const free = Math.max(0, (index + 1) * BITS_PER_PART - bits);
    return ((part >> free) << free).toString(16);
  });
  return `${kept.join(':')}::/${bits}`;
}

/** Whether a host is this machine, which nothing leaves. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}
