using System.Globalization;
using System.Text;
using PgOAuth.Enforcement;
using PgOAuth.Options;
using PgOAuth.Protocol;
using PgOAuth.Protocol.Backend;

namespace PgOAuth.Upstream;

/// <summary>Stage 5: what a server says between AuthenticationOk and its first ReadyForQuery.</summary>
internal sealed class UpstreamLogin(UpstreamReader reader, UpstreamConnectRequest request)
{
    /// <summary>Older servers lack what the guard and the cancel handling rely on, and are long out of support.</summary>
    internal const int OldestServerVersion = 13;

    private int _serverVersion;
    private bool _keepsStartupRole;

    internal int ProcessId { get; private set; }

    /// <summary>The secret of a CancelRequest; empty when the server sent none.</summary>
    internal byte[] SecretKey { get; private set; } = [];

    /// <summary>Runs until the server is ready.</summary>
    internal async ValueTask<UpstreamStep> RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (!read.IsDone)
            {
                return read;
            }

            if (reader.Frame.Type == MessageTypes.Backend.ReadyForQuery)
            {
                return CheckReady(reader.Frame);
            }

            var handled = Handle(reader.Frame);
            if (!handled.IsDone)
            {
                return handled;
            }
        }
    }

    /// <summary>ParameterStatus and NoticeResponse may come at any time; they are kept for the client.</summary>
    internal static bool TryKeep(UpstreamReader reader)
    {
        var frame = reader.Frame;
        if (!(frame.Type == MessageTypes.Backend.NoticeResponse && ErrorResponse.TryParse(frame, out _))
            && !(frame.Type == MessageTypes.Backend.ParameterStatus && TryReadParameter(frame, out _, out _)))
        {
            return false;
        }

        reader.Keep();
        return true;
    }

    private UpstreamStep Handle(in MessageFrame frame)
    {
        switch (frame.Type)
        {
            case MessageTypes.Backend.ParameterStatus or MessageTypes.Backend.NoticeResponse:
                if (!TryKeep(reader))
                {
                    return UpstreamStep.Violation("the server sent a malformed ParameterStatus or NoticeResponse during login");
                }

                if (frame.Type == MessageTypes.Backend.ParameterStatus && TryReadParameter(frame, out var name, out var value) && name.SequenceEqual("server_version"u8))
                {
                    _serverVersion = ReadMajor(value);
                    _keepsStartupRole = RoleResetSupport.KeepsStartupRole(Encoding.UTF8.GetString(value));
                }

                return UpstreamStep.Done;
            case MessageTypes.Backend.BackendKeyData:
                return ReadKey(frame);
            case MessageTypes.Backend.ErrorResponse:
                return UpstreamErrors.ToStep(frame, request);
            default:
                return UpstreamStep.Violation($"the server sent message type 0x{frame.Type:x2} during login");
        }
    }

    private UpstreamStep ReadKey(in MessageFrame frame)
    {
        var parser = new MessageParser(frame.Body);
        if (SecretKey.Length > 0 || !parser.TryReadInt32(out var processId) || parser.Rest.Length is < ProtocolConstants.CancelKeyLength30 or > ProtocolConstants.MaxCancelKeyLength)
        {
            return UpstreamStep.Violation("the server sent a malformed or second BackendKeyData");
        }

        ProcessId = processId;
        SecretKey = parser.Rest.ToArray();
        return UpstreamStep.Done;
    }

    private UpstreamStep CheckReady(in MessageFrame frame)
    {
        if (!frame.Body.SequenceEqual("I"u8))
        {
            return UpstreamStep.Violation("the server is ready, but not idle, after login");
        }

        // On such a server DISCARD ALL would leave the role for the service login's own.
        if (request.Mode == UpstreamMode.AssumeRole && _serverVersion >= OldestServerVersion && !_keepsStartupRole)
        {
            return UpstreamStep.LoginFailed($"{request.Server} lacks the fix of CVE-2024-10978 (13.17, 14.14, 15.9, 16.5, 17.1); AssumeRole needs it");
        }

        return _serverVersion >= OldestServerVersion
            ? UpstreamStep.Done
            : UpstreamStep.LoginFailed(string.Create(CultureInfo.InvariantCulture, $"{request.Server} is not a PostgreSQL of version {OldestServerVersion} or later"));
    }

    private static bool TryReadParameter(in MessageFrame frame, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var parser = new MessageParser(frame.Body);
        value = default;
        return parser.TryReadCString(out name) && parser.TryReadCString(out value) && parser.IsAtEnd;
    }

    private static int ReadMajor(ReadOnlySpan<byte> version)
    {
        var end = version.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return int.TryParse(end < 0 ? version : version[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : 0;
    }
}
