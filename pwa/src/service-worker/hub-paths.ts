/** Paths that the hub itself answers; every other navigation is a page of the app. */
export const isHubPath = /^\/(api|socket\.io|history|data|health|metrics)(\/|\?|$)/;
