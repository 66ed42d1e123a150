using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using PgOAuth.Diagnostics;
using PgOAuth.Options;
using PgOAuth.Protocol;
using PgOAuth.Upstream.Scram;

namespace PgOAuth.Upstream;

/// <summary>Stage 5: answers one server's authentication requests, and refuses those that would give the password away (A37).</summary>
internal sealed class UpstreamAuthenticator(MessageChannel channel, UpstreamReader reader, UpstreamConnectRequest request, ScramKeyCache keys)
{
    // Authentication codes (manual, "Message Formats").
    private const int Ok = 0;
    private const int CleartextPassword = 3;
    private const int Md5Password = 5;
    private const int Sasl = 10;
    private const int SaslContinue = 11;
    private const int SaslFinal = 12;

    private readonly UpstreamServer _server = request.Server;
    private ScramClient? _scram;
    private ScramBinding _binding = ScramBinding.None;
    private bool _isAnswered;
    private bool _isPasswordSent;
    private bool _isNegotiated;
    private bool _isAuthenticated;

    /// <summary>Runs until the server said AuthenticationOk and may be believed.</summary>
    internal async ValueTask<UpstreamStep> RunAsync(CancellationToken cancellationToken)
    {
        while (!_isAuthenticated)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (!read.IsDone)
            {
                return read;
            }

            var handled = Handle(reader.Frame);
            if (!handled.IsDone)
            {
                return handled;
            }

            await channel.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        return UpstreamStep.Done;
    }

    private UpstreamStep Handle(in MessageFrame frame)
    {
        switch (frame.Type)
        {
            case MessageTypes.Backend.Authentication:
                var parser = new MessageParser(frame.Body);
                return parser.TryReadInt32(out var code) ? HandleRequest(code, parser.Rest) : UpstreamStep.Violation("the server sent a malformed authentication request");
            case MessageTypes.Backend.NegotiateProtocolVersion:
                return HandleNegotiation(frame);
            case MessageTypes.Backend.NoticeResponse:
                return UpstreamStep.Done; // Not yet believed, so not passed on.
            case MessageTypes.Backend.ErrorResponse:
                return UpstreamErrors.ToStep(frame, request);
            default:
                return UpstreamStep.Violation($"the server sent message type 0x{frame.Type:x2} during authentication");
        }
    }

    private UpstreamStep HandleRequest(int code, ReadOnlySpan<byte> body) => code switch
    {
        Ok => Accept(body),
        CleartextPassword => body.IsEmpty ? SendCleartext() : Malformed(),
        Md5Password => body.Length == 4 ? SendMd5(body) : Malformed(),
        Sasl => StartScram(body),
        SaslContinue => ContinueScram(body),
        SaslFinal => FinishScram(body),
        _ => UpstreamStep.LoginFailed(string.Create(CultureInfo.InvariantCulture, $"{_server} asks for authentication method {code} ({NameOf(code)}), which is not supported")),
    };

    private UpstreamStep Accept(ReadOnlySpan<byte> body)
    {
        if (!body.IsEmpty)
        {
            return Malformed();
        }

        if (_scram is { IsServerProven: false })
        {
            return UpstreamStep.LoginFailed($"{_server} accepted the login without proving that it knows the password; this may be a man-in-the-middle attack");
        }

        if (_server.ChannelBinding == ChannelBindingMode.Require && !(_scram is not null && _binding.IsBound))
        {
            return UpstreamStep.LoginFailed($"{_server} accepted the login without channel binding, and ChannelBinding is Require");
        }

        if (_scram is null && !_isPasswordSent && request.Credential.Password is not null && !_server.IsLocal)
        {
            return UpstreamStep.LoginFailed($"{_server} accepted the login without asking for the configured password, so it proved nothing; remove the password if that is meant");
        }

        _isAuthenticated = true;
        return UpstreamStep.Done;
    }

    private UpstreamStep SendCleartext()
    {
        if (!_server.AllowCleartextPassword || !(_server.IsTls || _server.IsLocal))
        {
            return UpstreamStep.LoginFailed($"{_server} asks for the password in clear, which AllowCleartextPassword does not allow{(_server.AllowCleartextPassword ? " without TLS" : "")}");
        }

        return MaySendPassword(out var password, out var refusal) ? SendPassword(Encoding.UTF8.GetBytes(password)) : refusal;
    }

    private UpstreamStep SendMd5(ReadOnlySpan<byte> salt)
    {
        if (!_server.AllowMd5Password)
        {
            return UpstreamStep.LoginFailed($"{_server} asks for an MD5 password, which AllowMd5Password does not allow");
        }

        return MaySendPassword(out var password, out var refusal) ? SendPassword(Md5Response(request.Credential.Username!, password, salt)) : refusal;
    }

    private UpstreamStep StartScram(ReadOnlySpan<byte> body)
    {
        if (!TryReadMechanisms(body, out var offersPlain, out var offersPlus, out var list))
        {
            return Malformed();
        }

        if (offersPlus && !_server.IsTls)
        {
            return UpstreamStep.Violation($"{_server} offers channel binding on a connection without TLS");
        }

        var hash = _server.ChannelBinding == ChannelBindingMode.Disable ? null : CertificateHash();
        _binding = hash is null ? ScramBinding.None : offersPlus ? ScramBinding.TlsServerEndPoint(hash) : ScramBinding.NotOffered;
        if (_server.ChannelBinding == ChannelBindingMode.Require && !_binding.IsBound)
        {
            return UpstreamStep.LoginFailed(offersPlus
                ? $"{_server} has a certificate that SCRAM cannot be bound to, and ChannelBinding is Require"
                : $"{_server} does not offer SCRAM-SHA-256-PLUS, and ChannelBinding is Require");
        }

        if (!_binding.IsBound && !offersPlain)
        {
            return UpstreamStep.LoginFailed($"{_server} offers only the mechanisms {list}, none of which can be used");
        }

        if (!MaySendPassword(out var password, out var refusal))
        {
            return refusal;
        }

        _scram = new ScramClient(_binding, _server.Name, request.Credential.Username!, password, _server.IsIdentityVerified ? 1 : ScramClient.MinIterationsOfUnprovenServer, keys);
        var first = _scram.ClientFirst();
        channel.Output.BeginMessage(MessageTypes.Frontend.Password);
        channel.Output.WriteCString(_binding.Mechanism);
        channel.Output.WriteInt32(first.Length);
        channel.Output.WriteBytes(first);
        channel.Output.EndMessage();
        return UpstreamStep.Done;
    }

    private UpstreamStep ContinueScram(ReadOnlySpan<byte> body)
    {
        if (_scram is null || _isAnswered)
        {
            return Unexpected();
        }

        _isAnswered = true;
        if (!_scram.TryAnswer(body, out var final, out var problem))
        {
            return UpstreamStep.LoginFailed($"{_server}: {problem}");
        }

        channel.Output.BeginMessage(MessageTypes.Frontend.Password);
        channel.Output.WriteBytes(final);
        channel.Output.EndMessage();
        return UpstreamStep.Done;
    }

    private UpstreamStep FinishScram(ReadOnlySpan<byte> body)
    {
        if (_scram is null || !_isAnswered || _scram.IsServerProven)
        {
            return Unexpected();
        }

        return _scram.TryFinish(body, out var problem) ? UpstreamStep.Done : UpstreamStep.LoginFailed($"{_server}: {problem}");
    }

    /// <summary>We ask for 3.0 and for no option, so a server has nothing to negotiate; one that says 3.0 all the same does no harm.</summary>
    private UpstreamStep HandleNegotiation(in MessageFrame frame)
    {
        var parser = new MessageParser(frame.Body);
        if (_isNegotiated || _scram is not null || _isPasswordSent
            || !parser.TryReadInt32(out var version) || !parser.TryReadInt32(out var options)
            || (version != ProtocolConstants.Version30 && version != 0) || options != 0 || !parser.IsAtEnd)
        {
            return UpstreamStep.Violation("the server negotiates a protocol version that was not asked for");
        }

        _isNegotiated = true;
        return UpstreamStep.Done;
    }

    /// <summary>One password exchange in a login, and none without binding where binding is required.</summary>
    private bool MaySendPassword(out string password, out UpstreamStep refusal)
    {
        password = request.Credential.Password ?? "";
        refusal = default;
        if (_scram is not null || _isPasswordSent)
        {
            refusal = Unexpected();
        }
        else if (_server.ChannelBinding == ChannelBindingMode.Require && !_binding.IsBound)
        {
            refusal = UpstreamStep.LoginFailed($"{_server} asks for a password without channel binding, and ChannelBinding is Require");
        }
        else if (password.Length == 0)
        {
            refusal = UpstreamStep.LoginFailed($"{_server} asks for a password, and none is configured for the login role");
        }
        else
        {
            return true;
        }

        return false;
    }

    private UpstreamStep SendPassword(byte[] password)
    {
        if (password.AsSpan().Contains((byte)0))
        {
            return UpstreamStep.LoginFailed("the configured password holds NUL");
        }

        _isPasswordSent = true;
        channel.Output.BeginMessage(MessageTypes.Frontend.Password);
        channel.Output.WriteCString(password);
        channel.Output.EndMessage();
        CryptographicOperations.ZeroMemory(password);
        return UpstreamStep.Done;
    }

    private byte[]? CertificateHash() =>
        channel.Stream is SslStream { RemoteCertificate: X509Certificate2 certificate } ? TlsServerEndPoint.Hash(certificate) : null;

    private static bool TryReadMechanisms(ReadOnlySpan<byte> body, out bool offersPlain, out bool offersPlus, out string list)
    {
        var parser = new MessageParser(body);
        var names = new List<string>();
        offersPlain = offersPlus = false;
        list = "";
        while (parser.TryReadCString(out var name))
        {
            if (name.IsEmpty)
            {
                list = SafeText.Clean(string.Join(", ", names));
                return names.Count > 0 && parser.IsAtEnd;
            }

            offersPlain |= name.SequenceEqual("SCRAM-SHA-256"u8);
            offersPlus |= name.SequenceEqual("SCRAM-SHA-256-PLUS"u8);
            names.Add(Encoding.UTF8.GetString(name));
        }

        return false;
    }

    /// <summary>"md5" and md5(md5(password user) salt), in hexadecimal (manual, "Start-up").</summary>
    private static byte[] Md5Response(string user, string password, ReadOnlySpan<byte> salt)
    {
#pragma warning disable CA5351 // What an old server asks for, and only when AllowMd5Password is set.
        var inner = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(password + user)));
        var outer = Convert.ToHexStringLower(MD5.HashData([.. Encoding.ASCII.GetBytes(inner), .. salt]));
#pragma warning restore CA5351
        return Encoding.ASCII.GetBytes("md5" + outer);
    }

    private static string NameOf(int code) => code switch
    {
        2 => "Kerberos V5",
        7 => "GSSAPI",
        9 => "SSPI",
        _ => "unknown",
    };

    private static UpstreamStep Malformed() => UpstreamStep.Violation("the server sent a malformed authentication request");

    private static UpstreamStep Unexpected() => UpstreamStep.Violation("the server sent an authentication request out of order");
}
