using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;

namespace PgOAuth.Benchmarks.Transport;

/// <summary>One end of a TLS connection by OpenSSL itself, between two memory BIOs: what the relay would call if it did without SslStream.</summary>
internal sealed unsafe partial class OpenSsl : IDisposable
{
    private const string Ssl = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";
    private const int Rsa = 6;

    private readonly nint _context;
    private readonly nint _connection;
    private readonly nint _input;
    private readonly nint _output;

    /// <param name="certificate">The server's, with an RSA key; null for the client's end, which believes anybody.</param>
    internal OpenSsl(X509Certificate2? certificate)
    {
        _context = NewContext(certificate is null ? ClientMethod() : ServerMethod());
        if (certificate is not null)
        {
            using var key = certificate.GetRSAPrivateKey()!;
            var (encoded, secret) = (certificate.RawData, key.ExportRSAPrivateKey());
            fixed (byte* start = encoded)
            {
                Expect.That(UseCertificate(_context, encoded.Length, start) == 1, "OpenSSL takes the certificate");
            }

            fixed (byte* start = secret)
            {
                Expect.That(UsePrivateKey(Rsa, _context, start, secret.Length) == 1, "OpenSSL takes the key");
            }
        }

        _connection = NewConnection(_context);
        _input = NewBio(MemoryMethod());
        _output = NewBio(MemoryMethod());
        SetBio(_connection, _input, _output);
        if (certificate is null)
        {
            SetConnect(_connection);
        }
        else
        {
            SetAccept(_connection);
        }
    }

    /// <summary>Goes on with the handshake as far as what has come allows.</summary>
    internal bool Handshake() => DoHandshake(_connection) == 1;

    /// <summary>Gives it what came from the peer.</summary>
    internal void Feed(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            Expect.That(bytes.IsEmpty || BioWrite(_input, start, bytes.Length) == bytes.Length, "a memory BIO takes everything");
        }
    }

    /// <summary>What has to go to the peer.</summary>
    internal int Drain(Span<byte> room)
    {
        fixed (byte* start = room)
        {
            return Math.Max(0, BioRead(_output, start, room.Length));
        }
    }

    /// <summary>Decrypts; 0 when there is no whole record.</summary>
    internal int Read(Span<byte> room)
    {
        fixed (byte* start = room)
        {
            return Math.Max(0, SslRead(_connection, start, room.Length));
        }
    }

    /// <summary>Encrypts.</summary>
    internal void Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            Expect.That(SslWrite(_connection, start, bytes.Length) == bytes.Length, "OpenSSL takes everything");
        }
    }

    public void Dispose()
    {
        // Frees both BIOs as well.
        FreeConnection(_connection);
        FreeContext(_context);
    }

    [LibraryImport(Ssl, EntryPoint = "TLS_server_method")]
    private static partial nint ServerMethod();

    [LibraryImport(Ssl, EntryPoint = "TLS_client_method")]
    private static partial nint ClientMethod();

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_new")]
    private static partial nint NewContext(nint method);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_free")]
    private static partial void FreeContext(nint context);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_use_certificate_ASN1")]
    private static partial int UseCertificate(nint context, int length, byte* encoded);

    [LibraryImport(Ssl, EntryPoint = "SSL_CTX_use_PrivateKey_ASN1")]
    private static partial int UsePrivateKey(int type, nint context, byte* encoded, nint length);

    [LibraryImport(Ssl, EntryPoint = "SSL_new")]
    private static partial nint NewConnection(nint context);

    [LibraryImport(Ssl, EntryPoint = "SSL_free")]
    private static partial void FreeConnection(nint connection);

    [LibraryImport(Ssl, EntryPoint = "SSL_set_bio")]
    private static partial void SetBio(nint connection, nint input, nint output);

    [LibraryImport(Ssl, EntryPoint = "SSL_set_accept_state")]
    private static partial void SetAccept(nint connection);

    [LibraryImport(Ssl, EntryPoint = "SSL_set_connect_state")]
    private static partial void SetConnect(nint connection);

    [LibraryImport(Ssl, EntryPoint = "SSL_do_handshake")]
    private static partial int DoHandshake(nint connection);

    [LibraryImport(Ssl, EntryPoint = "SSL_read")]
    private static partial int SslRead(nint connection, byte* room, int length);

    [LibraryImport(Ssl, EntryPoint = "SSL_write")]
    private static partial int SslWrite(nint connection, byte* bytes, int length);

    [LibraryImport(Crypto, EntryPoint = "BIO_s_mem")]
    private static partial nint MemoryMethod();

    [LibraryImport(Crypto, EntryPoint = "BIO_new")]
    private static partial nint NewBio(nint method);

    [LibraryImport(Crypto, EntryPoint = "BIO_read")]
    private static partial int BioRead(nint bio, byte* room, int length);

    [LibraryImport(Crypto, EntryPoint = "BIO_write")]
    private static partial int BioWrite(nint bio, byte* bytes, int length);
}
