import { SetMetadata } from '@nestjs/common';

export const IS_PUBLIC = 'access:public';

/** Open to everybody, signed in or not. */
export const Public = () => SetMetadata(IS_PUBLIC, true);
