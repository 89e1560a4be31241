import type {
  MaintenanceChanges,
  MaintenancePreview,
  MaintenancePreviewQuery,
  MaintenanceSettings,
  MaintenanceView,
  QuietHours,
  QuietPreview,
  Silence,
  SilenceChanges,
  SilencePage,
  SilencePreviewQuery,
  SilenceSettings,
  SilencesQuery,
} from '@tocsin/shared';
import { authorized } from './authorized.js';

export const listSilences = (query: SilencesQuery) => authorized<SilencePage>('GET', '/silences', { query });
export const createSilence = (body: SilenceSettings) => authorized<Silence>('POST', '/silences', { body });
export const updateSilence = (id: string, body: SilenceChanges) =>
  authorized<Silence>('PATCH', `/silences/${id}`, { body });
export const endSilence = (id: string) => authorized<Silence>('DELETE', `/silences/${id}`);
export const previewSilence = (body: SilencePreviewQuery) =>
  authorized<QuietPreview>('POST', '/silences/preview', { body });

export const listMaintenance = () => authorized<MaintenanceView[]>('GET', '/maintenance');
export const createMaintenance = (body: MaintenanceSettings) =>
  authorized<MaintenanceView>('POST', '/maintenance', { body });
export const updateMaintenance = (id: string, body: MaintenanceChanges) =>
  authorized<MaintenanceView>('PATCH', `/maintenance/${id}`, { body });
export const endMaintenance = (id: string) => authorized<MaintenanceView>('POST', `/maintenance/${id}/end`);
export const removeMaintenance = (id: string) => authorized<void>('DELETE', `/maintenance/${id}`);
export const previewMaintenance = (body: MaintenancePreviewQuery) =>
  authorized<MaintenancePreview>('POST', '/maintenance/preview', { body });

export const readQuietHours = () => authorized<QuietHours>('GET', '/me/quiet-hours');
export const saveQuietHours = (body: QuietHours) =>
  authorized<QuietHours>('PUT', '/me/quiet-hours', { body });
