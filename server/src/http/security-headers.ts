import type { HelmetOptions } from 'helmet';

/** What a page of the hub may do in a browser: load from the hub, talk to the hub, nothing else. */
export function securityHeaders(publicUrl: string): HelmetOptions {
  const { protocol, host } = new URL(publicUrl);
  const overTls = protocol === 'https:';
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        // Svelte's `style` attributes carry widths and colours of what is measured.
        styleSrcAttr: ["'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        // Older Safari does not take WebSockets of the same host for 'self'.
        connectSrc: ["'self'", `${overTls ? 'wss' : 'ws'}://${host}`],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    xFrameOptions: { action: 'deny' },
    // A promise that only holds where the hub is reached through TLS.
    strictTransportSecurity: overTls ? { maxAge: 180 * 86_400, includeSubDomains: false } : false,
    // Browsers ignore these two without TLS, and complain.
    crossOriginOpenerPolicy: overTls,
    originAgentCluster: overTls,
  };
}
