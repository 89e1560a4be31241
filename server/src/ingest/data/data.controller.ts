import { Controller, HttpCode, HttpStatus, Post, Req } from '@nestjs/common';
import { NotAudited } from '../../audit/not-audited.decorator.js';
import type { Stored } from '@tocsin/shared';
import type { Request } from 'express';
import { Public } from '../../access/public.decorator.js';
import { DataKeys } from './data-keys.js';
import { DataService } from './data.service.js';

/** Not for people: what lets in is the key of a host, and nothing of a request is read before it is known. */
@Controller(['data', 'api/v1/data'])
@Public()
export class DataController {
  constructor(
    private readonly keys: DataKeys,
    private readonly data: DataService,
  ) {}

  @NotAudited('Hosts report by it.')
  @Post()
  @HttpCode(HttpStatus.OK)
  async post(@Req() request: Request): Promise<Stored> {
    const host = await this.keys.hostOf(request, Date.now());
    this.data.admit(host, Date.now());
    const body = await this.data.read(host, request, Date.now());
    // The key may have been revoked, or the host removed, while the body came in.
    await this.keys.hostOf(request, Date.now());
    return this.data.take(host, body, Date.now());
  }
}
