import type { ChannelHealth } from '@tocsin/shared';

/** How a way's last messages fared, as it is stored with the channel or device. */
export interface StoredHealth {
  sentAt?: Date;
  failedAt?: Date;
  error?: string;
}

/** What MongoDB is told of a message that was taken, or was not. */
export const healthUpdate = (at: Date, error?: string) =>
  error === undefined
    ? { $set: { sentAt: at }, $unset: { failedAt: 1, error: 1 } }
    : { $set: { failedAt: at, error } };

export const healthOf = ({ sentAt, failedAt, error }: StoredHealth): ChannelHealth => ({
  ...(sentAt && { sentAt: sentAt.getTime() }),
  ...(failedAt && { failedAt: failedAt.getTime() }),
  ...(error !== undefined && { error }),
});
