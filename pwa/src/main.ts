import { mount } from 'svelte';
import App from './App.svelte';
import { appUpdate } from './lib/state/app-update.svelte.js';
import { session } from './lib/state/session.svelte.js';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app');
mount(App, { target });
void session.restore();
void appUpdate.register();
