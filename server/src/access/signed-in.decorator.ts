import { SetMetadata } from '@nestjs/common';

export const IS_FOR_SIGNED_IN = 'access:signed-in';

/** Open to whoever is signed in, whatever their role: for what people may do about themselves. */
export const SignedIn = () => SetMetadata(IS_FOR_SIGNED_IN, true);
