using PgOAuth.Sessions;

namespace PgOAuth.Startup;

/// <summary>What came of stage 2: a failure, a CancelRequest or a startup message. <c>default</c> is none of them and ends the session.</summary>
internal readonly struct StartupOutcome
{
    private StartupOutcome(SessionFailure? failure, StartupParameters? parameters, int protocolMinor, int cancelProcessId, byte[]? cancelSecret)
    {
        Failure = failure;
        Parameters = parameters;
        ProtocolMinor = protocolMinor;
        CancelProcessId = cancelProcessId;
        CancelSecret = cancelSecret;
    }

    internal SessionFailure? Failure { get; }

    internal StartupParameters? Parameters { get; }

    /// <summary>The minor version the session speaks: 0 or 2.</summary>
    internal int ProtocolMinor { get; }

    internal int CancelProcessId { get; }

    /// <summary>Set when this is a CancelRequest.</summary>
    internal byte[]? CancelSecret { get; }

    internal static StartupOutcome Fail(SessionFailure failure) => new(failure, null, 0, 0, null);

    internal static StartupOutcome Fail(SessionEndReason reason, string logDetail) => Fail(new SessionFailure(reason, logDetail));

    internal static StartupOutcome Cancel(int processId, byte[] secret) => new(null, null, 0, processId, secret);

    internal static StartupOutcome Start(StartupParameters parameters, int protocolMinor) => new(null, parameters, protocolMinor, 0, null);
}
