using System.Net;
using PgOAuth.Samples.Development.Certificates;
using PgOAuth.Samples.Development.Issuer;
using PgOAuth.Samples.Development.Postgres;
using PgOAuth.Samples.Terminal.Commands;
using PgOAuth.Samples.Terminal.Database;

namespace PgOAuth.Samples.Terminal.Serving;

/// <summary>What stands around the proxy and was not given by the caller: server, issuer and certificate.</summary>
internal sealed class ServeEnvironment : IAsyncDisposable
{
    private ServeEnvironment()
    {
    }

    /// <summary>The embedded server; null when the caller has one.</summary>
    public DemoDatabase? Database { get; private set; }

    /// <summary>The development issuer; null when the caller has one.</summary>
    public DevelopmentIssuer? Issuer { get; private set; }

    /// <summary>The development certificate; null when the endpoint has none or another one.</summary>
    public DevelopmentCertificateFolder? Certificate { get; private set; }

    /// <summary>For a caller who gave everything.</summary>
    public static ServeEnvironment Nothing => new();

    /// <param name="needs">What is missing.</param>
    /// <param name="issuerOptions">How the development issuer runs.</param>
    /// <param name="progress">Told what takes time.</param>
    /// <param name="cancellationToken">Gives up; what was started is stopped.</param>
    /// <exception cref="CommandException">A server cannot be had, or a folder not be written.</exception>
    public static async Task<ServeEnvironment> StartAsync(
        ServeNeeds needs, DevelopmentIssuerOptions issuerOptions, Action<string> progress, CancellationToken cancellationToken)
    {
        var environment = new ServeEnvironment();
        try
        {
            if (needs.HasFlag(ServeNeeds.Certificate))
            {
                environment.Certificate = await DevelopmentCertificateFolder.OpenAsync(cancellationToken: cancellationToken);
            }

            if (needs.HasFlag(ServeNeeds.Issuer))
            {
                environment.Issuer = await DevelopmentIssuer.StartAsync(issuerOptions, cancellationToken);
            }

            if (needs.HasFlag(ServeNeeds.Database))
            {
                environment.Database = await DemoDatabase.StartAsync(progress, cancellationToken);
            }

            return environment;
        }
        catch (Exception failed)
        {
            await environment.DisposeAsync();
            if (failed is EmbeddedPostgresException or IOException or UnauthorizedAccessException or HttpListenerException)
            {
                throw new CommandException(failed.Message, failed);
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Issuer is not null)
        {
            await Issuer.DisposeAsync();
        }

        if (Database is not null)
        {
            await Database.DisposeAsync();
        }
    }
}
