import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { FROM_SOURCES } from '../from-sources.ts'

export default defineConfig({ ...FROM_SOURCES, plugins: [vue()] })
