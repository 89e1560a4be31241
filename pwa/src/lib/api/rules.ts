import type { Rule, RulePreview, RulePreviewQuery, RuleSettings } from '@tocsin/shared';
import { authorized } from './authorized.js';

export const listRules = () => authorized<Rule[]>('GET', '/rules');
export const createRule = (body: RuleSettings) => authorized<Rule>('POST', '/rules', { body });
export const updateRule = (id: string, body: RuleSettings) =>
  authorized<Rule>('PUT', `/rules/${id}`, { body });
export const previewRule = (body: RulePreviewQuery) =>
  authorized<RulePreview>('POST', '/rules/preview', { body });
export const removeRule = (id: string) => authorized<void>('DELETE', `/rules/${id}`);
