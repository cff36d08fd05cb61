import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo, Server as NetServer } from 'node:net';
import type { Express } from 'express';
import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { dayOf } from '../shared/clock.ts';
import {
  type Certificate,
  CertificateError,
  type CertificateFiles,
  readCertificate,
} from '../shared/crypto/certificate.ts';
import { reasonOf } from '../shared/reason.ts';
import { StartRefused } from '../shared/start-error.ts';
import { changeCertificate, createHttpServer } from './http-server.ts';
import { createRedirectingServer } from './https-redirect.ts';

const TEXTS = {
  busy: (host: string, port: number, reason: string, names: string) =>
    `The store cannot listen on ${host} port ${port} (${reason}). Set ${names} to a free address.`,
  renewed: (until: number) => `The certificate was read again; it ends ${dayOf(until)}.`,
  notRenewed: (reason: string) => `${reason} The certificate that was in use stays so.`,
};

/**
 * Listens on PORT, with https where there is a certificate, and on HTTP_PORT. With PORT=0 the system chooses, and
 * `publicUrl` gets the port: what is printed and what is mailed must lead there.
 *
 * @throws StartRefused
 */
export async function openListeners(config: Config, app: Express, logger: Logger) {
  const { host, port, httpPort, tls, publicUrl } = config;
  const certificate = tls && readOrRefuse(tls);
  const server = createHttpServer(app, certificate);
  await listen(server, host, port, 'HOST and PORT');
  if (port === 0) publicUrl.port = String((server.address() as AddressInfo).port);
  const servers = [server];
  if (httpPort !== undefined) {
    const redirecting = createRedirectingServer(publicUrl);
    await listen(redirecting, host, httpPort, 'HTTP_PORT');
    servers.push(redirecting);
  }
  return {
    /** Reads the certificate's files again, for the connections from now on. One that cannot be used changes nothing. */
    reload(): void {
      if (tls) renew(server as HttpsServer, tls, logger);
    },
    /** Closes each port in this way. @returns whether all requests were answered */
    async close(closeServer: (server: Server) => Promise<boolean>): Promise<boolean> {
      return (await Promise.all(servers.map(closeServer))).every((clean) => clean);
    },
  };
}

function readOrRefuse(tls: CertificateFiles): Certificate {
  try {
    return readCertificate(tls);
  } catch (error) {
    if (error instanceof CertificateError) throw new StartRefused(error.message);
    throw error;
  }
}

function renew(server: HttpsServer, tls: CertificateFiles, logger: Logger): void {
  try {
    const certificate = readCertificate(tls);
    changeCertificate(server, certificate);
    logger.info(TEXTS.renewed(certificate.until));
  } catch (error) {
    logger.error(TEXTS.notRenewed((error as Error).message));
  }
}

/** @param names the settings that another address can be given in. @throws StartRefused */
async function listen(server: NetServer, host: string, port: number, names: string): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening').catch((error) => {
    throw new StartRefused(TEXTS.busy(host, port, reasonOf(error), names));
  });
}
