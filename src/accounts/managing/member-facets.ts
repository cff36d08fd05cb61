import { ROLES, type Role } from '../../roles.ts';
import { MEMBER_STATES, type MemberState } from './member-state.ts';

/**
 * What each value of `users.facet` stands for; the value is the place in this list. The database computes it, as the
 * migration that made the column told it: another role or state needs a migration that tells it anew.
 */
const FACETS = [false, true].flatMap((twoFactor) =>
  [false, true].flatMap((verified) =>
    ROLES.flatMap((role) => MEMBER_STATES.map((state) => ({ twoFactor, verified, role, state }))),
  ),
);

/** What a choice of members has in common; what is left out does not matter. */
export interface FacetChoice {
  role?: Role | undefined;
  /** One of these; `waiting` is whoever is not approved, also where nobody has to be. */
  states?: readonly MemberState[] | undefined;
  verified?: boolean | undefined;
  twoFactor?: boolean | undefined;
}

/** Every value of `users.facet` that fits a choice; undefined when all of them do. */
export function facetsOf({ role, states, verified, twoFactor }: FacetChoice): number[] | undefined {
  const facets = FACETS.flatMap((facet, value) => {
    const fits =
      (role === undefined || facet.role === role) &&
      (states === undefined || states.includes(facet.state)) &&
      (verified === undefined || facet.verified === verified) &&
      (twoFactor === undefined || facet.twoFactor === twoFactor);
    return fits ? [value] : [];
  });
  return facets.length < FACETS.length ? facets : undefined;
}
