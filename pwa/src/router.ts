import { createRouter } from 'sv-router';

export const { p, navigate, route } = createRouter({
  '/': () => import('./routes/overview/OverviewPage.svelte'),
  '/hosts/:id': () => import('./routes/host/HostPage.svelte'),
  '/incidents': () => import('./routes/incidents/IncidentsPage.svelte'),
  '/incidents/:id': () => import('./routes/incident/IncidentPage.svelte'),
  '/rules': () => import('./routes/rules/RulesPage.svelte'),
  '/policies': () => import('./routes/policies/PoliciesPage.svelte'),
  '/channels': () => import('./routes/channels/ChannelsPage.svelte'),
  '/quiet': () => import('./routes/quiet/QuietPage.svelte'),
  '/audit': () => import('./routes/audit/AuditPage.svelte'),
  '/account': () => import('./routes/account/AccountPage.svelte'),
  '/setup': () => import('./routes/setup/AlreadySetUp.svelte'),
  '*': () => import('./routes/not-found/NotFoundPage.svelte'),
});
