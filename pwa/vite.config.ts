import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

/** Where the hub answers while the app is served by Vite. */
const HUB = 'http://127.0.0.1:8787';

export default defineConfig({
  plugins: [
    svelte(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/service-worker',
      filename: 'sw.ts',
      registerType: 'prompt',
      injectRegister: false,
      injectManifest: { globPatterns: ['**/*.{js,css,html,svg,png}'] },
      manifest: {
        id: '/',
        name: 'Tocsin',
        short_name: 'Tocsin',
        description: 'Live graphs and alerts of your Linux servers, within a second.',
        start_url: '/',
        scope: '/',
        display: 'standalone',
        background_color: '#14161a',
        theme_color: '#14161a',
        categories: ['utilities', 'productivity'],
        icons: [
          { src: '/icons/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
          { src: '/icons/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
          { src: '/icons/maskable-192.png', sizes: '192x192', type: 'image/png', purpose: 'maskable' },
          { src: '/icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
        shortcuts: [{ name: 'Incidents', url: '/incidents' }],
      },
    }),
  ],
  build: { target: 'es2023' },
  server: {
    proxy: {
      '/api': HUB,
      '/socket.io': { target: HUB, ws: true },
    },
  },
});
