const SUFFIX = /\.(service|socket|timer|mount|automount|target|path|slice|scope|device|swap)$/;

/** The unit that a person means by `nginx`. */
export const unitName = (service: string): string => (SUFFIX.test(service) ? service : `${service}.service`);

/** How a service is called in frames: `nginx` for `nginx.service`, other units by their full name. */
export const serviceName = (unit: string): string => unit.replace(/\.service$/, '');

/** systemd's own rule for names of units, without the suffix. */
export const isUnitName = (name: string): boolean => /^[\w:.\\@-]{1,248}$/.test(name);
