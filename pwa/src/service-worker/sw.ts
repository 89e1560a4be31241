/// <reference lib="webworker" />
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { isHubPath } from './hub-paths.js';
import { handleClick, handlePush, handleSubscriptionChange } from './push-events.js';

declare const self: ServiceWorkerGlobalScope;

// The shell alone is cached. Values, incidents and sockets always come from the hub, or not at all:
// a monitor that shows cached numbers as if they were live would be worse than none.
precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();
registerRoute(
  new NavigationRoute(createHandlerBoundToURL('/index.html'), {
    denylist: [isHubPath],
  }),
);

// The person decides when a new version takes over, so that no page is swapped under their hands.
self.addEventListener('message', (event) => {
  if (event.data?.type === 'SKIP_WAITING') event.waitUntil(self.skipWaiting());
});

self.addEventListener('push', (event) => event.waitUntil(handlePush(event)));
self.addEventListener('notificationclick', (event) => event.waitUntil(handleClick(event)));
self.addEventListener('pushsubscriptionchange', (event) =>
  (event as ExtendableEvent).waitUntil(handleSubscriptionChange()),
);
