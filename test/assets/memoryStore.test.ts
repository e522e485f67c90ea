import { memoryAssetStore } from '../../src/assets/index.ts';
import { describeAssetStore } from '../conformance/assetStore.ts';
import { testHost } from '../support/host.ts';

describeAssetStore('the store in memory', async () => memoryAssetStore(testHost().codec));
