const SUFFIX = /\.(service|socket|timer|mount|automount|target|path|slice|scope|device|swap)$/;

/** The unit that a person means by `nginx`, or the units by `docker-*`: services unless another kind is named. */
export const unitName = (service: string): string => (SUFFIX.test(service) ? service : `${service}.service`);

/** How a service is called in frames: `nginx` for `nginx.service`, other units by their full name. */
export const serviceName = (unit: string): string => unit.replace(/\.service$/, '');

/** systemd's own rule for names of units, without the suffix; `*` makes it a pattern. */
export const isUnitName = (name: string): boolean => /^[\w:.\\@*-]{1,248}$/.test(name);

export const isPattern = (name: string): boolean => name.includes('*');

/** The unit whose D-Bus object this is: `docker-foo.service` for `…/unit/docker_2dfoo_2eservice`. */
export const unitOfPath = (path: string): string =>
  path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/_([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));

/** The D-Bus interface with what only this kind of unit has, such as `Service`. */
export function unitInterface(unit: string): string {
  const kind = unit.slice(unit.lastIndexOf('.') + 1);
  return `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`;
}

/**
 * A health check of Podman, which runs as a unit called by the container's id. That it fails is the
 * container's state, not a service's.
 */
export const isHealthCheck = (unit: string): boolean =>
  /^[0-9a-f]{64}(-[0-9a-f]+)?\.(service|timer)$/.test(unit);
