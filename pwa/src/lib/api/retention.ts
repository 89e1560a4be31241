import type { Retention, RetentionView } from '@tocsin/shared';
import { authorized } from './authorized.js';

export const readRetention = () => authorized<RetentionView>('GET', '/retention');
export const saveRetention = (body: Retention) => authorized<RetentionView>('PUT', '/retention', { body });
