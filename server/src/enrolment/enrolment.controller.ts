import { Body, Controller, Header, Ip, Post } from '@nestjs/common';
import { NotAudited } from '../audit/not-audited.decorator.js';
import { Enrol, type Enrolled } from '@tocsin/shared';
import { Public } from '../access/public.decorator.js';
import { Valid } from '../http/valid.js';
import { EnrolmentService } from './enrolment.service.js';

@Controller('api/v1/enrol')
export class EnrolmentController {
  constructor(private readonly enrolment: EnrolmentService) {}

  /** The token is all that a machine has which is no host yet. */
  @NotAudited('No person is there: the service writes which token it was.')
  @Post()
  @Public()
  @Header('Cache-Control', 'no-store')
  enrol(@Body(new Valid(Enrol)) body: Enrol, @Ip() address: string): Promise<Enrolled> {
    return this.enrolment.enrol(body, address);
  }
}
