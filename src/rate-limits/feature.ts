import type { Feature } from '../features/feature.ts';
import { deleteExpiredLimits } from './rate-limits.ts';

export const rateLimitsFeature: Feature = { name: 'rate-limits', cleanup: deleteExpiredLimits };
